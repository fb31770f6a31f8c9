-- why: payment attempts, the inbox of gateway and supplier messages, refunds, and money that found no order
-- locks: none on existing data

create table payments (
  id uuid primary key,
  order_id uuid not null references orders,
  attempt smallint not null default 1,
  gateway text not null,
  method text not null,
  reference text not null,
  amount bigint not null check (amount > 0),
  currency text not null default 'IDR' check (currency = 'IDR'),
  state text not null check (state in
    ('CREATING', 'PENDING', 'PAID', 'FAILED', 'EXPIRED', 'CANCELLED', 'REVIEW', 'PARTIALLY_REFUNDED', 'REFUNDED', 'CHARGEBACK')),
  booked_to text check (booked_to in ('order', 'suspense')),
  gateway_transaction_id text,
  gateway_method text,
  token text,
  redirect_url text,
  qr_string text,
  va_number text,
  received bigint check (received >= 0),
  refunded bigint not null default 0,
  expires_at timestamptz not null,
  paid_at timestamptz,
  next_poll_at timestamptz,
  polls integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint payments_reference unique (gateway, reference),
  constraint payments_transaction unique (gateway, gateway_transaction_id),
  constraint payments_attempt unique (order_id, attempt),
  constraint payments_refund_limit check (refunded between 0 and coalesce(received, 0))
);
create unique index payments_one_open on payments (order_id) where state in ('CREATING', 'PENDING');
create index payments_due on payments (next_poll_at) where next_poll_at is not null;
create index payments_order on payments (order_id);
call lapak_protect('payments');
create policy payments_guest on payments for select to lapak_web
  using (exists (select 1 from orders o where o.id = order_id and o.token_hash = lapak_token_hash()));
create policy payments_plan on payments for insert to lapak_web
  with check (state = 'CREATING' and received is null and booked_to is null and paid_at is null and refunded = 0
    and exists (select 1 from orders o where o.id = order_id and o.token_hash = lapak_token_hash()));
grant select, insert on payments to lapak_web;
grant select, insert, update on payments to lapak_worker;

create table payment_history (
  id uuid primary key,
  payment_id uuid not null references payments,
  from_state text not null,
  to_state text not null,
  actor text not null,
  reason text,
  at timestamptz not null default now()
);
create index payment_history_payment on payment_history (payment_id, at, id);
call lapak_protect('payment_history');
create policy payment_history_plan on payment_history for insert to lapak_web
  with check (from_state = 'NEW' and to_state = 'CREATING' and exists (
    select 1 from payments p join orders o on o.id = p.order_id
    where p.id = payment_id and o.token_hash = lapak_token_hash()));
grant insert on payment_history to lapak_web;
grant select, insert on payment_history to lapak_worker;

create table webhook_inbox (
  id uuid primary key,
  provider text not null,
  dedupe_key bytea not null check (length(dedupe_key) = 32),
  -- sealed like stock: a supplier's message can carry the code it announces
  body bytea not null check (length(body) <= 70000),
  key_id text not null default '',
  reference text,
  state text not null default 'RECEIVED' check (state in ('RECEIVED', 'HANDLED', 'PARKED', 'IGNORED')),
  outcome text,
  tries integer not null default 0,
  next_try_at timestamptz not null default now(),
  received_at timestamptz not null default now(),
  handled_at timestamptz,
  constraint webhook_inbox_once unique (provider, dedupe_key)
);
create index webhook_inbox_due on webhook_inbox (next_try_at) where state in ('RECEIVED', 'PARKED');
create index webhook_inbox_old on webhook_inbox (handled_at) where handled_at is not null;
call lapak_protect('webhook_inbox');
create policy webhook_inbox_accept on webhook_inbox for insert to lapak_web with check (true);
grant insert on webhook_inbox to lapak_web;
grant select, insert, update, delete on webhook_inbox to lapak_worker;

create table refunds (
  id uuid primary key,
  payment_id uuid not null references payments,
  order_id uuid not null references orders,
  line_id uuid references order_lines,
  business_key text not null constraint refunds_business_key unique,
  refund_key text not null constraint refunds_refund_key unique,
  -- another key under which the gateway gave this money back: somebody was faster in its dashboard
  settled_as text,
  amount bigint not null check (amount > 0),
  reason text not null,
  state text not null check (state in ('REQUESTED', 'SENDING', 'UNKNOWN', 'DONE', 'MANUAL')),
  detail text,
  tries integer not null default 0,
  next_try_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index refunds_due on refunds (next_try_at) where state in ('REQUESTED', 'SENDING', 'UNKNOWN');
create index refunds_order on refunds (order_id);
call lapak_protect('refunds');
create policy refunds_guest on refunds for select to lapak_web
  using (exists (select 1 from orders o where o.id = order_id and o.token_hash = lapak_token_hash()));
grant select on refunds to lapak_web;
grant select, insert, update on refunds to lapak_worker;

-- Money we hold without an order that wants it: a person decides. Never silently kept.
create table payment_exceptions (
  id uuid primary key,
  payment_id uuid not null references payments,
  kind text not null check (kind in
    ('late', 'double', 'amount_mismatch', 'cancelled_order', 'reversed', 'chargeback', 'foreign', 'outside_refund')),
  amount bigint not null check (amount >= 0),
  detail text not null,
  state text not null default 'OPEN' check (state in ('OPEN', 'RESOLVED')),
  opened_at timestamptz not null default now(),
  resolved_at timestamptz,
  resolution text,
  constraint payment_exceptions_once unique (payment_id, kind)
);
create index payment_exceptions_open on payment_exceptions (opened_at) where state = 'OPEN';
call lapak_protect('payment_exceptions');
grant select, insert, update on payment_exceptions to lapak_worker;

insert into order_transitions (subject, from_state, to_state) values
  ('payment', 'NEW', 'CREATING'), ('payment', 'CREATING', 'PENDING'), ('payment', 'CREATING', 'PAID'),
  ('payment', 'CREATING', 'FAILED'), ('payment', 'CREATING', 'EXPIRED'), ('payment', 'CREATING', 'CANCELLED'),
  ('payment', 'CREATING', 'REVIEW'),
  ('payment', 'PENDING', 'PAID'), ('payment', 'PENDING', 'FAILED'), ('payment', 'PENDING', 'EXPIRED'),
  ('payment', 'PENDING', 'CANCELLED'), ('payment', 'PENDING', 'REVIEW'),
  ('payment', 'FAILED', 'PAID'), ('payment', 'FAILED', 'REVIEW'),
  ('payment', 'EXPIRED', 'PAID'), ('payment', 'EXPIRED', 'REVIEW'),
  ('payment', 'CANCELLED', 'PAID'), ('payment', 'CANCELLED', 'REVIEW'), ('payment', 'REVIEW', 'PAID'),
  ('payment', 'PAID', 'PARTIALLY_REFUNDED'), ('payment', 'PAID', 'REFUNDED'), ('payment', 'PAID', 'CHARGEBACK'),
  ('payment', 'PARTIALLY_REFUNDED', 'REFUNDED'), ('payment', 'PARTIALLY_REFUNDED', 'PARTIALLY_REFUNDED'),
  ('payment', 'PARTIALLY_REFUNDED', 'CHARGEBACK'),
  ('payment', 'REVIEW', 'REFUNDED'), ('payment', 'REVIEW', 'PARTIALLY_REFUNDED'), ('payment', 'REVIEW', 'CHARGEBACK'),
  ('payment', 'REVIEW', 'REVIEW'), ('payment', 'REVIEW', 'FAILED'), ('payment', 'REVIEW', 'EXPIRED'), ('payment', 'REVIEW', 'CANCELLED');

-- Money that a bank or a person outside Lapak took back: what is to be settled by hand.
select open_account('disputes', 'IDR', null, null);
-- The shop's own bank account: refunds that a person pays out because the gateway cannot.
select open_account('bank', 'IDR', null, null);
