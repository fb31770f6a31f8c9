-- why: several ways to pay with an operator's settings, what the buyer really pays there and what the gateway keeps of
-- it, the buyer's own fee, and orders that are paid anew
-- locks: payments and orders for adding columns without a rewrite, payments against writes while one index is built; safe
-- while older code runs, which leaves the new columns empty and reads none of them

-- What an operator changed of a way to pay; what is null is as its gateway has it.
create table payment_methods (
  method text primary key check (method ~ '^[a-z0-9][a-z0-9_-]{0,39}$'),
  method_group text not null check (method_group in ('page', 'qris', 'ewallet', 'virtual_account', 'retail')),
  enabled boolean,
  position smallint check (position between 1 and 1000),
  minimum bigint check (minimum > 0),
  maximum bigint check (maximum > 0),
  cost_fixed bigint check (cost_fixed between 0 and 1000000),
  cost_bps integer check (cost_bps between 0 and 3000),
  buyer_pays_cost boolean not null default false,
  -- The cost is the buyer's to see exactly when it is the buyer's to pay.
  buyer_fee_fixed bigint generated always as (case when buyer_pays_cost then cost_fixed end) stored,
  buyer_fee_bps integer generated always as (case when buyer_pays_cost then cost_bps end) stored,
  updated_at timestamptz not null default now(),
  constraint payment_methods_limits check (minimum <= maximum),
  constraint payment_methods_cost check ((cost_fixed is null) = (cost_bps is null)),
  -- Charging the buyer for QRIS is forbidden, and a page of many ways offers it, too.
  constraint payment_methods_qris_free check
    (not (buyer_pays_cost and (method_group in ('qris', 'page') or method like '%qris%')))
);
call lapak_protect('payment_methods');
create policy payment_methods_public on payment_methods for select to lapak_web using (true);
grant select (method, method_group, enabled, position, minimum, maximum, buyer_pays_cost, buyer_fee_fixed, buyer_fee_bps)
  on payment_methods to lapak_web;
grant select, insert, update on payment_methods to lapak_worker;

-- What the buyer has to pay there, when it is not `amount`: some gateways add their fee. `amount` is what the order gets.
alter table payments add column payable bigint;
-- What the gateway says will reach us, or has, and what it kept of the money that was received.
alter table payments add column net bigint;
alter table payments add column gateway_fee bigint;
-- Bank of a virtual account, or store or biller of a code; the code or second number that goes with it.
alter table payments add column bank text;
alter table payments add column code text;
-- Ended by us although its gateway cannot end it: it may be paid until its own end.
alter table payments add column let_go boolean not null default false;
alter table payments add constraint payments_payable check (payable > 0) not valid;
alter table payments add constraint payments_net check (net >= 0) not valid;
alter table payments add constraint payments_gateway_fee check (gateway_fee between 0 and coalesce(received, 0)) not valid;
alter table payments validate constraint payments_payable;
alter table payments validate constraint payments_net;
alter table payments validate constraint payments_gateway_fee;
create index payments_paid on payments (paid_at) where paid_at is not null;

revoke select on payments from lapak_web;
grant select (id, order_id, attempt, gateway, method, reference, amount, currency, state, booked_to, gateway_transaction_id,
    gateway_method, token, redirect_url, qr_string, va_number, bank, code, payable, let_go, received, refunded, expires_at,
    paid_at, next_poll_at, polls, created_at, updated_at)
  on payments to lapak_web;
alter policy payments_plan on payments
  with check (state = 'CREATING' and received is null and booked_to is null and paid_at is null and refunded = 0
    and payable is null and net is null and gateway_fee is null and not let_go
    and exists (select 1 from orders o where o.id = order_id and o.token_hash = lapak_token_hash()));

-- What of the buyer's fee went back by other ways than our refunds, when nothing was delivered.
alter table orders add column fee_returned_outside bigint not null default 0;
alter table orders add constraint orders_fee_returned check (fee_returned_outside between 0 and fee) not valid;
alter table orders validate constraint orders_fee_returned;
alter policy orders_place on orders
  with check (token_hash = lapak_token_hash() and state = 'PENDING' and paid_at is null and fee_returned_outside = 0);

insert into order_transitions (subject, from_state, to_state) values ('order', 'EXPIRED', 'WAITING_PAYMENT');

-- What Tokopay holds for us, what gateways keep, and what buyers pay for their way to pay.
select open_account('gateway:tokopay', 'IDR', null, null);
select open_account('gateway-fees', 'IDR', null, null);
select open_account('fees:buyers', 'IDR', null, 0);
