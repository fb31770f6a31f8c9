-- why: double-entry books that balance by construction and that application roles cannot bend
-- locks: none on existing data

create table accounts (
  id uuid primary key default gen_random_uuid(),
  code text not null constraint accounts_code unique check (code ~ '^[a-z][a-z0-9:_-]{2,99}$'),
  asset text not null default 'IDR' check (asset in ('IDR', 'POINT')),
  owner_id uuid,
  balance bigint not null default 0,
  floor bigint,
  created_at timestamptz not null default now(),
  constraint accounts_floor check (floor is null or balance >= floor)
);
create index accounts_owner on accounts (owner_id) where owner_id is not null;
call lapak_protect('accounts');
create policy accounts_own on accounts for select to lapak_web using (owner_id = lapak_user_id());

create table journals (
  id uuid primary key,
  business_key text not null constraint journals_business_key unique check (length(business_key) between 3 and 200),
  kind text not null check (length(kind) between 3 and 60),
  fingerprint bytea not null,
  reverses uuid constraint journals_reverses unique references journals,
  created_at timestamptz not null default now()
);
call lapak_protect('journals');

create table transfers (
  journal_id uuid not null references journals,
  position smallint not null,
  debit_account_id uuid not null references accounts,
  credit_account_id uuid not null references accounts,
  amount bigint not null check (amount > 0),
  created_at timestamptz not null default now(),
  primary key (journal_id, position),
  constraint transfers_two_accounts check (debit_account_id <> credit_account_id)
);
create index transfers_debit on transfers (debit_account_id, created_at);
create index transfers_credit on transfers (credit_account_id, created_at);
call lapak_protect('transfers');

create function lapak_append_only() returns trigger language plpgsql as $$
begin
  raise exception '% on % is not allowed: the books are append-only', tg_op, tg_table_name using errcode = '42501';
end $$;
create trigger journals_append_only before update or delete or truncate on journals
  for each statement execute function lapak_append_only();
create trigger transfers_append_only before update or delete or truncate on transfers
  for each statement execute function lapak_append_only();

-- Opens an account once; a second call with the same code changes nothing.
create function open_account(p_code text, p_asset text, p_owner uuid, p_floor bigint) returns void
  language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  insert into accounts (code, asset, owner_id, floor) values (p_code, p_asset, p_owner, p_floor)
  on conflict (code) do nothing
$$;

-- The only way to move money. p_transfers: [{"debit": code, "credit": code, "amount": n}, …].
-- Returns 'posted', or 'repeated' when this business key was posted before with the same content.
-- Errors: LP001 key reused with other content, LP002 unknown account, LP003 two assets in one transfer,
-- 23514 accounts_floor when an account would fall below its floor. Locks the accounts in id order.
create function post_journal(p_id uuid, p_business_key text, p_kind text, p_reverses uuid, p_transfers jsonb)
  returns text language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_fingerprint bytea := sha256(convert_to(p_kind || coalesce(p_reverses::text, '') || p_transfers::text, 'UTF8'));
  v_codes text[];
  v_locked integer;
begin
  insert into journals (id, business_key, kind, fingerprint, reverses)
    values (p_id, p_business_key, p_kind, v_fingerprint, p_reverses)
    on conflict (business_key) do nothing;
  if not found then
    if exists (select 1 from journals where business_key = p_business_key and fingerprint = v_fingerprint) then
      return 'repeated';
    end if;
    raise exception 'business key % was posted with other content', p_business_key using errcode = 'LP001';
  end if;
  if jsonb_array_length(p_transfers) = 0 then
    raise exception 'a journal needs a transfer' using errcode = '23514';
  end if;
  select array_agg(distinct code) into v_codes
    from jsonb_array_elements(p_transfers) t, lateral (values (t ->> 'debit'), (t ->> 'credit')) side (code);
  perform 1 from accounts where code = any (v_codes) order by id for no key update;
  get diagnostics v_locked = row_count;
  if v_locked <> cardinality(v_codes) then
    raise exception 'unknown account among %', v_codes using errcode = 'LP002';
  end if;
  update accounts a set balance = a.balance + moved.delta
    from (
      select side.code, sum(side.delta) as delta
      from jsonb_array_elements(p_transfers) t,
        lateral (values (t ->> 'debit', -(t ->> 'amount')::bigint), (t ->> 'credit', (t ->> 'amount')::bigint)) side (code, delta)
      group by side.code
    ) moved
    where a.code = moved.code;
  insert into transfers (journal_id, position, debit_account_id, credit_account_id, amount)
    select p_id, t.position, d.id, c.id, (t.item ->> 'amount')::bigint
    from jsonb_array_elements(p_transfers) with ordinality t (item, position)
    join accounts d on d.code = t.item ->> 'debit'
    join accounts c on c.code = t.item ->> 'credit' and c.asset = d.asset;
  get diagnostics v_locked = row_count;
  if v_locked <> jsonb_array_length(p_transfers) then
    raise exception 'a transfer names accounts of two assets' using errcode = 'LP003';
  end if;
  return 'posted';
end $$;

revoke all on function open_account(text, text, uuid, bigint) from public;
revoke all on function post_journal(uuid, text, text, uuid, jsonb) from public;
grant execute on function open_account(text, text, uuid, bigint) to lapak_worker;
grant execute on function post_journal(uuid, text, text, uuid, jsonb) to lapak_worker;
grant select on accounts, journals, transfers to lapak_worker;
grant select on accounts to lapak_web;

select open_account('gateway:midtrans', 'IDR', null, null);
select open_account('orders:unearned', 'IDR', null, 0);
select open_account('sales', 'IDR', null, 0);
select open_account('suspense', 'IDR', null, 0);
select open_account('refunds:payable', 'IDR', null, 0);
select open_account('supplier:vip-reseller', 'IDR', null, null);
select open_account('cost-of-goods', 'IDR', null, null);
