-- What must always be true. Each query returns the rows that break its rule, so none may return any: after every
-- integration test, after every killed process, under load, and in production every few minutes.
-- Form: a line `-- <id>: <rule>`, then one statement. All are read-only.

-- I1: every journal has a transfer, and both sides of a transfer have one asset
select j.id, j.business_key
from journals j
where not exists (select 1 from transfers t where t.journal_id = j.id)
union all
select j.id, j.business_key
from transfers t
join journals j on j.id = t.journal_id
join accounts d on d.id = t.debit_account_id
join accounts c on c.id = t.credit_account_id
where d.asset <> c.asset;

-- I2: the balance of an account is the sum of its transfers
select a.code, a.balance, coalesce(moved.total, 0) as transfers
from accounts a
left join (
  select side.account_id, sum(side.delta) as total
  from transfers t,
    lateral (values (t.debit_account_id, -t.amount), (t.credit_account_id, t.amount)) side (account_id, delta)
  group by side.account_id
) moved on moved.account_id = a.id
where a.balance <> coalesce(moved.total, 0);

-- I3: no account is below its floor
select code, balance, floor from accounts where balance < floor;

-- I3b: all balances of an asset add up to zero
select asset, sum(balance) as total from accounts group by asset having sum(balance) <> 0;

-- I4: a stock unit is sold exactly when one delivery names it, to the line that holds it
select u.id, u.state, count(d.id) as deliveries
from stock_units u
left join deliveries d on d.stock_unit_id = u.id
group by u.id
having count(d.id) <> (u.state = 'SOLD')::integer or bool_or(d.line_id <> u.line_id);

-- I4b: a seat of a shared credential that is sold was delivered once, to the line that has it, and is nobody else's
select s.credential_id, s.number, s.line_id, count(d.id) as deliveries
from shared_seats s
left join deliveries d on d.credential_id = s.credential_id and d.seat_number = s.number
  and (d.line_id = s.line_id or d.ends_at is null or d.ends_at > now())
where s.state = 'SOLD'
group by s.credential_id, s.number
having count(d.id) <> 1 or bool_or(d.line_id <> s.line_id);

-- I4c: a delivered seat whose time is not over belongs to its line
select d.id, d.line_id, d.credential_id, d.seat_number, s.state, s.line_id as holder
from deliveries d
left join shared_seats s on s.credential_id = d.credential_id and s.number = d.seat_number
where d.credential_id is not null and (d.ends_at is null or d.ends_at > now())
  and (s.state is distinct from 'SOLD' or s.line_id <> d.line_id);

-- I4d: a shared credential has exactly the seats it was added with, and never more holders than seats
select c.id, c.seats, count(s.number) as rows, count(s.number) filter (where s.state in ('HELD', 'SOLD')) as holders
from shared_credentials c
left join shared_seats s on s.credential_id = c.id and s.sku_id = c.sku_id
group by c.id
having count(s.number) <> c.seats or max(s.number) > c.seats
  or count(s.number) filter (where s.state in ('HELD', 'SOLD')) > c.seats;

-- I5: no line receives more units than were bought, and a delivered line received all of them
select l.id, l.state, l.quantity, count(d.id) as delivered
from order_lines l
left join deliveries d on d.line_id = l.id
group by l.id
having count(d.id) > l.quantity
  or max(d.slot) > l.quantity
  or (l.state = 'DELIVERED' and count(d.id) <> l.quantity)
  or (l.state in ('WAITING', 'CANCELLED') and count(d.id) > 0);

-- I6: received money is booked once, whole, from its gateway's account to its order or to suspense
select p.id, p.state, p.received, p.booked_to, booked.amount, booked.source, booked.target
from payments p
left join lateral (
  select sum(t.amount) as amount, min(d.code) as source, min(c.code) as target, count(*) as transfers
  from journals j
  join transfers t on t.journal_id = j.id
  join accounts d on d.id = t.debit_account_id
  join accounts c on c.id = t.credit_account_id
  where j.business_key = 'payment:' || p.id || ':received'
) booked on true
where case
  when p.received is null then p.booked_to is not null or booked.transfers > 0
    or p.state in ('PAID', 'PARTIALLY_REFUNDED', 'REFUNDED')
  else booked.transfers <> 1 or booked.amount <> p.received or booked.source <> 'gateway:' || p.gateway
    or booked.target <> case p.booked_to when 'order' then 'orders:unearned' else 'suspense' end
    or p.booked_to is null
end;

-- I6b: an order is paid by one payment
select order_id, count(*) as payments from payments where booked_to = 'order' group by order_id having count(*) > 1;

-- I6c: an order that is being worked on or finished was paid in full
select o.id, o.state, o.total, p.received
from orders o
left join payments p on p.order_id = o.id and p.booked_to = 'order'
where o.state in ('PROCESSING', 'SUCCESS', 'PARTIAL', 'FAILED', 'REFUNDED')
  and (p.received is distinct from o.total or o.paid_at is null);

-- I6d: what a gateway kept of a payment is booked once, from its account, and never exceeds what was received
select p.id, p.received, p.net, p.gateway_fee, kept.amount, kept.source, kept.target
from payments p
left join lateral (
  select sum(t.amount) as amount, min(c.code) as source, min(d.code) as target
  from journals j
  join transfers t on t.journal_id = j.id
  join accounts d on d.id = t.debit_account_id
  join accounts c on c.id = t.credit_account_id
  where j.business_key = 'payment:' || p.id || ':fee'
) kept on true
where coalesce(p.gateway_fee, 0) <> coalesce(kept.amount, 0)
  or p.gateway_fee > coalesce(p.received, 0)
  or (kept.amount is not null and (kept.source <> 'gateway:' || p.gateway or kept.target <> 'gateway-fees'))
  or (p.gateway_fee is not null and p.gateway_fee <> least(p.received, greatest(0, p.received - p.net)));

-- I6e: nobody is charged for paying by QRIS
select o.id, o.payment_method, o.fee from orders o where o.fee > 0 and o.payment_method like '%qris%';

-- I7: one transaction of a gateway is credited at most once
select p.gateway, p.gateway_transaction_id, count(*) as credits
from payments p
join journals j on j.business_key = 'payment:' || p.id || ':received'
where p.gateway_transaction_id is not null
group by p.gateway, p.gateway_transaction_id
having count(*) > 1;

-- I9: no account invites more on a day than its quota of that day, and each counted invite is one of them
select d.account_id, d.day, d.used, d.quota, count(i.id) as counted
from account_days d
left join invites i on i.account_id = d.account_id and i.claim_day = d.day and i.counted
group by d.account_id, d.day
having d.used > d.quota or d.used <> count(i.id);

-- I9b: an attempt under way holds a seat of its account, and nobody else holds that seat
select i.id, i.state, i.account_id, s.seat_no, s.freed_at
from invites i
join provider_accounts a on a.id = i.account_id
left join account_seats s on s.invite_id = i.id
where i.state in ('SENDING', 'UNKNOWN', 'INVITED', 'JOINED')
  and (s.invite_id is null or s.freed_at is not null or s.account_id <> i.account_id
    or exists (select 1 from account_seats o where o.account_id = s.account_id and o.seat_no = s.seat_no
      and o.freed_at is null and o.invite_id <> s.invite_id));

-- I9c: a seat that was given away twice was free in between
select a.invite_id, b.invite_id as other, a.account_id, a.seat_no
from account_seats a
join account_seats b on b.account_id = a.account_id and b.seat_no = a.seat_no and b.invite_id > a.invite_id
where tstzrange(a.taken_at, a.freed_at) && tstzrange(b.taken_at, b.freed_at);

-- I9d: an attempt that is over keeps its seat only while it is being taken back
select i.id, i.state, s.account_id, s.seat_no
from invites i
join account_seats s on s.invite_id = i.id
where i.state in ('NOT_SENT', 'FAILED', 'LOST', 'ENDED') and s.freed_at is null and s.leave_at is null;

-- I10: what is given back or about to be never exceeds what was received
select p.id, p.received, p.refunded, sum(r.amount) as refunds
from payments p
left join refunds r on r.payment_id = p.id
group by p.id
having p.refunded > coalesce(p.received, 0)
  or coalesce(sum(r.amount), 0) > coalesce(p.received, 0)
  or coalesce(sum(r.amount) filter (where r.state = 'DONE'), 0) > p.refunded;

-- I10b: a journal is reversed at most once, by the same amounts the other way round
select original.id, count(*) as reversals
from journals original
join journals reversal on reversal.reverses = original.id
group by original.id
having count(*) > 1
  or (select sum(amount) from transfers where journal_id = original.id)
    <> (select sum(amount) from transfers t join journals j on j.id = t.journal_id where j.reverses = original.id);

-- I10c: every refund is owed once in the books, and paid out of them exactly when it is done
select r.id, r.business_key, r.state
from refunds r
where (select sum(t.amount) from journals j join transfers t on t.journal_id = j.id
    where j.business_key = 'refund:' || r.business_key || ':requested') is distinct from r.amount
  or exists (select 1 from journals j where j.business_key = 'refund:' || r.business_key || ':done') <> (r.state = 'DONE');

-- I10d: what the books owe to buyers is the sum of the refunds that are not done
select a.balance, owed.amount
from accounts a, (select coalesce(sum(amount), 0) as amount from refunds where state <> 'DONE') owed
where a.code = 'refunds:payable' and a.balance <> owed.amount;

-- I12: every recorded move is in the table of allowed moves
select h.subject, h.id, h.from_state, h.to_state
from (
  select case when line_id is null then 'order' else 'line' end as subject, id, from_state, to_state from order_history
  union all select 'payment', id, from_state, to_state from payment_history
  union all select 'purchase', id, from_state, to_state from purchase_history
  union all select 'invite', id, from_state, to_state from invite_history
) h
left join order_transitions t on (t.subject, t.from_state, t.to_state) = (h.subject, h.from_state, h.to_state)
where t.subject is null;

-- I12b: the recorded moves of an order lead from nothing to its state, none missing and none doubled
select id, state, sum(steps) as surplus
from (
  select order_id as id, to_state as state, 1 as steps from order_history where line_id is null
  union all select order_id, from_state, -1 from order_history where line_id is null
  union all select id, 'NEW', 1 from orders
  union all select id, state, -1 from orders
) walk
group by id, state having sum(steps) <> 0;

-- I12c: the recorded moves of a line lead from WAITING to its state
select id, state, sum(steps) as surplus
from (
  select line_id as id, to_state as state, 1 as steps from order_history where line_id is not null
  union all select line_id, from_state, -1 from order_history where line_id is not null
  union all select id, 'WAITING', 1 from order_lines
  union all select id, state, -1 from order_lines
) walk
group by id, state having sum(steps) <> 0;

-- I12d: the recorded moves of a payment lead from nothing to its state
select id, state, sum(steps) as surplus
from (
  select payment_id as id, to_state as state, 1 as steps from payment_history
  union all select payment_id, from_state, -1 from payment_history
  union all select id, 'NEW', 1 from payments
  union all select id, state, -1 from payments
) walk
group by id, state having sum(steps) <> 0;

-- I12e: the recorded moves of a purchase lead from nothing to its state
select id, state, sum(steps) as surplus
from (
  select purchase_id as id, to_state as state, 1 as steps from purchase_history
  union all select purchase_id, from_state, -1 from purchase_history
  union all select id, 'NEW', 1 from supplier_purchases
  union all select id, state, -1 from supplier_purchases
) walk
group by id, state having sum(steps) <> 0;

-- I12f: the recorded moves of an invite lead from nothing to its state
select id, state, sum(steps) as surplus
from (
  select invite_id as id, to_state as state, 1 as steps from invite_history
  union all select invite_id, from_state, -1 from invite_history
  union all select id, 'NEW', 1 from invites
  union all select id, state, -1 from invites
) walk
group by id, state having sum(steps) <> 0;

-- I13: a used idempotency key stands for one order that exists, and an order for one key
select k.scope, k.key, k.resource_id
from idempotency_keys k
where k.scope = 'orders.create'
  and (not exists (select 1 from orders o where o.id = k.resource_id)
    or exists (select 1 from idempotency_keys other
      where other.scope = k.scope and other.resource_id = k.resource_id and other.key <> k.key));

-- I14: one unit of a line is bought successfully at most once
select line_id, slot, count(*) as bought
from supplier_purchases
where state = 'SUCCEEDED'
group by line_id, slot having count(*) > 1;

-- I14b: a purchase whose outcome is open for 15 minutes has a next look planned or a person asked
select id, state, sent_at
from supplier_purchases
where state in ('INTENT', 'IN_FLIGHT', 'UNKNOWN', 'ACCEPTED')
  and updated_at < now() - interval '15 minutes'
  and next_check_at is null;

-- I14c: a purchase is delivered exactly when it succeeded, to the unit it was made for
select p.id, p.state, count(d.id) as deliveries
from supplier_purchases p
left join deliveries d on d.purchase_id = p.id
group by p.id
having count(d.id) <> (p.state = 'SUCCEEDED')::integer or bool_or((d.line_id, d.slot) <> (p.line_id, p.slot));

-- I14d: a unit is delivered by invite exactly when an attempt for it came to an invitation
select line_id, slot, max(deliveries) as deliveries, max(invitations) as invitations
from (
  select d.line_id, d.slot, 1 as deliveries, 0 as invitations from deliveries d where d.kind = 'INVITE'
  union all
  select i.line_id, i.slot, 0, 1 from invites i
  where exists (select 1 from invite_history h where h.invite_id = i.id and h.to_state in ('INVITED', 'JOINED'))
) unit
group by line_id, slot having max(deliveries) <> max(invitations);

-- I14e: an invite that is under way has a next look planned
select id, state, updated_at
from invites
where state in ('QUEUED', 'SENDING', 'UNKNOWN', 'INVITED', 'JOINED', 'MANUAL') and next_check_at is null;

-- I15: nothing is delivered and nothing is bought for an order that was not paid
select l.order_id, l.id
from order_lines l
where (exists (select 1 from deliveries d where d.line_id = l.id)
    or exists (select 1 from supplier_purchases s where s.line_id = l.id and s.state <> 'NOT_PLACED')
    or exists (select 1 from invites i where i.line_id = l.id and i.sent_at is not null)
    or exists (select 1 from stock_units u where u.line_id = l.id and u.state = 'SOLD')
    or exists (select 1 from shared_seats s where s.line_id = l.id and s.state = 'SOLD'))
  and not exists (select 1 from payments p where p.order_id = l.order_id and p.booked_to = 'order');

-- I16: a paid line that waits longer than 10 minutes has a purchase or an invite that somebody is looking after
select l.id, l.delivery_kind, o.paid_at
from order_lines l
join orders o on o.id = l.order_id
where o.state = 'PROCESSING' and l.state = 'PROCESSING'
  and greatest(o.paid_at, l.updated_at) < now() - interval '10 minutes'
  and not exists (select 1 from supplier_purchases s
    where s.line_id = l.id and s.state in ('INTENT', 'IN_FLIGHT', 'UNKNOWN', 'ACCEPTED', 'MANUAL'))
  and not exists (select 1 from invites i
    where i.line_id = l.id and i.state in ('QUEUED', 'SENDING', 'UNKNOWN', 'INVITED', 'JOINED', 'MANUAL'));

-- I18: no stock is held for a line that can no longer take it
select u.id, u.line_id, l.state
from stock_units u
join order_lines l on l.id = u.line_id
where u.state = 'RESERVED' and u.reserved_until > now()
  and l.state in ('DELIVERED', 'FAILED', 'CANCELLED', 'REFUNDED')
union all
select s.credential_id, s.line_id, l.state
from shared_seats s
join order_lines l on l.id = s.line_id
where s.state = 'HELD' and s.held_until > now()
  and l.state in ('DELIVERED', 'FAILED', 'CANCELLED', 'REFUNDED');

-- S1: the state of an order follows from its lines
select o.id, o.state, array_agg(l.state order by l.position) as lines, sum(got.units) as delivered
from orders o
left join order_lines l on l.order_id = o.id
left join lateral (select count(*) as units from deliveries d where d.line_id = l.id) got on true
group by o.id
having count(l.id) = 0 or not case o.state
  when 'PENDING' then bool_and(l.state = 'WAITING')
  when 'WAITING_PAYMENT' then bool_and(l.state = 'WAITING')
  when 'PROCESSING' then bool_or(l.state in ('WAITING', 'PROCESSING', 'NEEDS_INPUT')) and bool_and(l.state <> 'CANCELLED')
  when 'SUCCESS' then bool_and(l.state = 'DELIVERED')
  when 'PARTIAL' then bool_and(l.state in ('DELIVERED', 'FAILED', 'REFUNDED')) and bool_or(l.state <> 'DELIVERED') and sum(got.units) > 0
  when 'FAILED' then bool_and(l.state in ('FAILED', 'REFUNDED')) and sum(got.units) = 0
  when 'REFUNDED' then bool_and(l.state = 'REFUNDED') and sum(got.units) = 0
  else bool_and(l.state = 'CANCELLED')
end;

-- S2: the total of an order is the sum of its lines, less discount, plus fee
select o.id, o.subtotal, sum(l.total) as lines
from orders o
join order_lines l on l.order_id = o.id
group by o.id having o.subtotal <> sum(l.total);

-- S3: unearned money is what was received for orders and neither delivered nor refunded
select a.balance, expected.amount
from accounts a, (
  select coalesce((select sum(received) from payments where booked_to = 'order'), 0)
    - coalesce((select sum(r.amount) from refunds r join payments p on p.id = r.payment_id where p.booked_to = 'order'), 0)
    - coalesce((select sum(case l.state when 'DELIVERED' then l.total else l.unit_price * got.units end)
        from order_lines l
        join lateral (select count(*) as units from deliveries d where d.line_id = l.id) got on true
        where l.state in ('DELIVERED', 'FAILED', 'REFUNDED')), 0)
    - coalesce((select sum(returned_outside - given_back) from order_lines), 0)
    - coalesce((select sum(fee_returned_outside + case when state in ('SUCCESS', 'PARTIAL') then fee else 0 end) from orders), 0) as amount
) expected
where a.code = 'orders:unearned' and a.balance <> expected.amount;

-- S4: a finished order holds no unearned money
select o.id, o.state, p.received
from orders o
join payments p on p.order_id = o.id and p.booked_to = 'order'
where o.state in ('SUCCESS', 'PARTIAL', 'FAILED', 'REFUNDED')
  and p.received
    <> coalesce((select sum(r.amount) from refunds r where r.payment_id = p.id), 0)
    + (select coalesce(sum(l.returned_outside - l.given_back + case l.state when 'DELIVERED' then l.total else l.unit_price * got.units end), 0)
      from order_lines l
      join lateral (select count(*) as units from deliveries d where d.line_id = l.id) got on true
      where l.order_id = o.id)
    + o.fee_returned_outside + case when o.state in ('SUCCESS', 'PARTIAL') then o.fee else 0 end;

-- S4b: the fee of an order is earned once, whole, exactly when something of it was delivered, else given back
select o.id, o.state, o.fee, o.fee_returned_outside, earned.amount as earned, back.amount as given_back
from orders o
left join lateral (select sum(t.amount) as amount from journals j join transfers t on t.journal_id = j.id
  where j.business_key = 'order:' || o.id || ':fee') earned on true
left join lateral (select sum(r.amount) as amount from refunds r
  where r.business_key = 'order:' || o.id || ':fee') back on true
where coalesce(earned.amount, 0) <> case when o.state in ('SUCCESS', 'PARTIAL') then o.fee else 0 end
  or coalesce(back.amount, 0) + o.fee_returned_outside
    <> case when o.state in ('FAILED', 'REFUNDED') then o.fee else 0 end;

-- S5: suspense holds what the open exceptions about received money say, less what is on its way back; what goes back by
-- itself has closed its own exception
select a.balance, expected.amount
from accounts a, (
  select coalesce(sum(e.amount - coalesce(back.amount, 0)), 0) as amount
  from (
    select x.payment_id, sum(x.amount) as amount
    from payment_exceptions x
    join payments p on p.id = x.payment_id
    where x.state = 'OPEN' and (x.kind in ('late', 'double', 'amount_mismatch', 'cancelled_order')
      or (x.kind = 'reversed' and p.booked_to = 'suspense'
        and not exists (select 1 from journals j where j.business_key = 'payment:' || p.id || ':reversal')))
    group by x.payment_id
  ) e
  left join (
    select r.payment_id, sum(r.amount) as amount
    from refunds r join payments p on p.id = r.payment_id and p.booked_to = 'suspense'
    where r.business_key <> 'surplus:' || p.id
    group by r.payment_id
  ) back on back.payment_id = e.payment_id
) expected
where a.code = 'suspense' and a.balance <> expected.amount;

-- S6: money of a payment that no order wants is a task for a person until it is resolved
select p.id, p.received
from payments p
where p.booked_to = 'suspense' and not exists (select 1 from payment_exceptions e where e.payment_id = p.id);

-- S7: a failed line without full delivery has its refund
select l.id, l.total, refunded.amount
from order_lines l
left join lateral (select count(*) as units from deliveries d where d.line_id = l.id) got on true
left join lateral (select sum(r.amount) as amount from refunds r where r.line_id = l.id) refunded on true
where l.state in ('FAILED', 'REFUNDED') and coalesce(refunded.amount, 0) + l.returned_outside <> l.unit_price * (l.quantity - got.units);

-- S8: a price is never below its floor, and the floor never below the cost
select sku_id, retail, floor, cost from sku_prices where retail < floor or floor < cost;

-- S9: a message that was accepted is handled, ignored, or due again
select id, provider, state, tries
from webhook_inbox
where state in ('RECEIVED', 'PARKED') and next_try_at < now() - interval '15 minutes';

-- D1: what is past its deadline, its grace and three minutes of the sweep is seen by a person
select o.subject, o.id, o.state, o.variant, o.deadline
from overdue o
where not o.is_listed and o.escalates_at < now() - interval '3 minutes'
  and not exists (select 1 from escalations e
    where e.subject = o.subject and e.subject_id = o.id and e.resolved_at is null);

-- D2: a line that waits for its buyer has received nothing, and nothing of it can arrive
select l.id, line_work(l.id) as work, got.units
from order_lines l
join lateral (select count(*) as units from deliveries d where d.line_id = l.id) got on true
where l.state = 'NEEDS_INPUT' and (line_work(l.id) <> 'idle' or got.units > 0);

-- D3: money is not on its way back for a line of which something can still arrive
select l.id, l.state, line_work(l.id) as work, r.id as refund
from refunds r
join order_lines l on l.id = r.line_id
where l.state not in ('DELIVERED', 'CANCELLED') and (l.state in ('PROCESSING', 'NEEDS_INPUT') or line_work(l.id) <> 'idle');

-- M1: the recorded moves of a message lead from nothing to its state
select id, state, sum(steps) as surplus
from (
  select message_id as id, to_state as state, 1 as steps from message_history
  union all select message_id, from_state, -1 from message_history
  union all select id, 'NEW', 1 from messages
  union all select id, state, -1 from messages
) walk
group by id, state having sum(steps) <> 0;

-- M2: a message was claimed as often as it says, and ended as sent at most once
select m.id, m.state, m.tries, h.claims, h.sent
from messages m
join lateral (
  select count(*) filter (where to_state = 'SENDING') as claims, count(*) filter (where to_state = 'SENT') as sent
  from message_history where message_id = m.id
) h on true
where h.claims <> m.tries or h.sent <> (m.state = 'SENT')::integer;

-- M3: what happened is turned into messages within minutes
select id, kind, created_at from outbox_events
where dispatched_at is null and created_at < now() - interval '15 minutes';
