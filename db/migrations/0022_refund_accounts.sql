-- why: money goes back by staff's decision, from suspense by policy, and by hand to an account that the buyer names
-- locks: order_lines for a column with a constant default, no rewrite; safe while older code runs, which gives nothing back

-- What the buyer got back of a line after it was delivered: our own refunds, taken out of the revenue again.
alter table order_lines add column given_back bigint not null default 0;
alter table order_lines add constraint order_lines_given_back check (given_back between 0 and total) not valid;
alter table order_lines validate constraint order_lines_given_back;
alter policy order_lines_place on order_lines
  with check (state = 'WAITING' and returned_outside = 0 and given_back = 0 and corrections = 0 and correct_until is null
    and exists (select 1 from orders o where o.id = order_id and o.token_hash = lapak_token_hash()));

-- Where a person sends money to that no gateway can return. The number is sealed; `shown` has its last digits only.
create table refund_accounts (
  order_id uuid primary key references orders,
  sealed bytea not null,
  key_id text not null,
  shown text not null check (length(shown) between 1 and 80),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
call lapak_protect('refund_accounts');
create index refund_accounts_key on refund_accounts (key_id);
create policy refund_accounts_guest on refund_accounts for select to lapak_web
  using (exists (select 1 from orders o where o.id = order_id and o.token_hash = lapak_token_hash()));
grant select (order_id, shown, updated_at) on refund_accounts to lapak_web;
create policy refund_accounts_reveal on refund_accounts for select to lapak_vault
  using (exists (select 1 from orders o where o.id = order_id and o.token_hash = lapak_token_hash()));
grant select on refund_accounts to lapak_vault;
create policy refund_accounts_rewrap on refund_accounts to lapak_vault using (lapak_rewraps()) with check (lapak_rewraps());
grant update (sealed, key_id) on refund_accounts to lapak_vault;
grant select (order_id, key_id, shown, created_at, updated_at), insert, delete on refund_accounts to lapak_worker;

-- Every time a person looked at such a number.
create table refund_account_reveals (
  id uuid primary key,
  order_id uuid not null references orders,
  actor text not null,
  at timestamptz not null default now()
);
create index refund_account_reveals_order on refund_account_reveals (order_id, at);
call lapak_protect('refund_account_reveals');
create policy refund_account_reveals_record on refund_account_reveals for insert to lapak_vault with check (true);
grant insert on refund_account_reveals to lapak_vault;
grant select on refund_account_reveals to lapak_worker;

-- The buyer sees what became of money that did not fit.
create policy payment_exceptions_guest on payment_exceptions for select to lapak_web
  using (exists (select 1 from payments p join orders o on o.id = p.order_id
    where p.id = payment_id and o.token_hash = lapak_token_hash()));
grant select (payment_id, kind, amount, state, opened_at) on payment_exceptions to lapak_web;
