-- why: a line can wait for its buyer, and nothing may stay anywhere longer than its deadline without somebody seeing it
-- locks: order_lines for three columns without a rewrite and checks that are validated afterwards, then each indexed table
-- against writes while its index is built; safe while older code runs: it leaves lines that wait for their buyer alone

alter table order_lines drop constraint order_lines_state_check;
alter table order_lines add constraint order_lines_state_check check (state in
  ('WAITING', 'PROCESSING', 'NEEDS_INPUT', 'DELIVERED', 'FAILED', 'CANCELLED', 'REFUNDED')) not valid;
-- How often the buyer corrected what was entered, and until when that is possible now.
alter table order_lines add column corrections smallint not null default 0;
alter table order_lines add column correct_until timestamptz;
-- Why it failed, or why its buyer is asked, as a code: the words for it come from the code in either language.
alter table order_lines add column failure_code text;
alter table order_lines add constraint order_lines_corrections check (corrections between 0 and 10) not valid;
alter table order_lines add constraint order_lines_correctable
  check ((state = 'NEEDS_INPUT') = (correct_until is not null)) not valid;
alter table order_lines validate constraint order_lines_state_check;
alter table order_lines validate constraint order_lines_corrections;
alter table order_lines validate constraint order_lines_correctable;
create index order_lines_correctable on order_lines (correct_until) where state = 'NEEDS_INPUT';

insert into order_transitions (subject, from_state, to_state) values
  ('line', 'PROCESSING', 'NEEDS_INPUT'), ('line', 'NEEDS_INPUT', 'PROCESSING'), ('line', 'NEEDS_INPUT', 'FAILED');

-- What a buyer corrected: what stood there before and what after, as it is shown.
create table line_corrections (
  id uuid primary key,
  line_id uuid not null references order_lines,
  number smallint not null check (number >= 1),
  old_shown jsonb not null,
  new_shown jsonb not null,
  at timestamptz not null default now(),
  constraint line_corrections_number unique (line_id, number)
);
call lapak_protect('line_corrections');
grant select, insert on line_corrections to lapak_worker;

-- How long each state that is not an end may last, who has to act, and the way out. The program holds the same table.
-- `is_listed`: the state is a task of its own, so that a person sees it from its first moment.
create table deadlines (
  subject text not null,
  state text not null,
  variant text not null default '',
  lasts interval not null,
  grace interval not null,
  owner text not null check (owner in ('shop', 'buyer', 'supplier', 'gateway', 'staff')),
  exit text not null check (exit in ('retry', 'refund', 'person')),
  is_listed boolean not null default false,
  primary key (subject, state, variant)
);
call lapak_protect('deadlines');
grant select on deadlines to lapak_worker;
insert into deadlines (subject, state, variant, lasts, grace, owner, exit, is_listed) values
  ('order', 'PENDING', '', '24 hours 15 minutes', '45 minutes', 'gateway', 'retry', false),
  ('order', 'WAITING_PAYMENT', '', '24 hours 15 minutes', '45 minutes', 'gateway', 'retry', false),
  ('order', 'PROCESSING', '', '5 minutes', '10 minutes', 'shop', 'retry', false),
  ('line', 'WAITING', '', '5 minutes', '10 minutes', 'shop', 'person', false),
  ('line', 'PROCESSING', 'idle', '5 minutes', '10 minutes', 'shop', 'retry', false),
  ('line', 'PROCESSING', 'buying', '25 hours', '1 hour', 'supplier', 'person', false),
  ('line', 'PROCESSING', 'inviting', '74 hours', '1 hour', 'shop', 'person', false),
  ('line', 'NEEDS_INPUT', '', '0', '15 minutes', 'buyer', 'refund', false),
  ('payment', 'CREATING', '', '24 hours 15 minutes', '45 minutes', 'gateway', 'retry', false),
  ('payment', 'PENDING', '', '24 hours 15 minutes', '45 minutes', 'gateway', 'retry', false),
  ('payment', 'REVIEW', '', '24 hours 15 minutes', '45 minutes', 'gateway', 'retry', false),
  ('purchase', 'INTENT', '', '24 hours 30 minutes', '30 minutes', 'supplier', 'retry', false),
  ('purchase', 'INTENT', 'unplanned', '10 minutes', '10 minutes', 'shop', 'retry', false),
  ('purchase', 'IN_FLIGHT', '', '10 minutes', '10 minutes', 'shop', 'retry', false),
  ('purchase', 'IN_FLIGHT', 'unplanned', '10 minutes', '10 minutes', 'shop', 'retry', false),
  ('purchase', 'UNKNOWN', '', '30 minutes', '30 minutes', 'supplier', 'retry', false),
  ('purchase', 'UNKNOWN', 'unplanned', '10 minutes', '10 minutes', 'shop', 'retry', false),
  ('purchase', 'ACCEPTED', '', '7 hours', '1 hour', 'supplier', 'retry', false),
  ('purchase', 'ACCEPTED', 'unplanned', '10 minutes', '10 minutes', 'shop', 'retry', false),
  ('purchase', 'MANUAL', '', '24 hours', '0', 'staff', 'person', true),
  ('invite', 'QUEUED', '', '73 hours', '1 hour', 'shop', 'retry', false),
  ('invite', 'SENDING', '', '10 minutes', '10 minutes', 'shop', 'retry', false),
  ('invite', 'UNKNOWN', '', '30 minutes', '30 minutes', 'supplier', 'retry', false),
  ('invite', 'INVITED', '', '48 hours', '1 hour', 'buyer', 'retry', false),
  ('invite', 'JOINED', '', '48 hours', '1 hour', 'shop', 'retry', false),
  ('invite', 'MANUAL', '', '24 hours', '0', 'staff', 'person', true),
  ('refund', 'REQUESTED', '', '15 minutes', '30 minutes', 'shop', 'retry', false),
  ('refund', 'SENDING', '', '15 minutes', '30 minutes', 'shop', 'retry', false),
  ('refund', 'UNKNOWN', '', '24 hours', '1 hour', 'gateway', 'retry', false),
  ('refund', 'MANUAL', '', '24 hours', '0', 'staff', 'person', true),
  ('payment_exception', 'OPEN', '', '24 hours', '0', 'staff', 'person', true),
  ('inbox', 'RECEIVED', '', '10 minutes', '20 minutes', 'shop', 'retry', false),
  ('inbox', 'PARKED', '', '10 minutes', '20 minutes', 'shop', 'retry', false),
  ('message', 'WAITING', '', '1 hour', '1 hour', 'shop', 'person', false),
  ('message', 'SENDING', '', '1 hour', '1 hour', 'shop', 'person', false);

-- The rows that the deadlines look at have few fellows in these states.
create index supplier_purchases_unfinished on supplier_purchases (state)
  where state in ('INTENT', 'IN_FLIGHT', 'UNKNOWN', 'ACCEPTED', 'MANUAL');
create index invites_unfinished on invites (state)
  where state in ('QUEUED', 'SENDING', 'UNKNOWN', 'INVITED', 'JOINED', 'MANUAL');
create index payments_review on payments (updated_at) where state = 'REVIEW';
create index refunds_manual on refunds (created_at) where state = 'MANUAL';

-- What a line waits for: units that are being bought or invited, or whose outcome a person looks up, or nothing at all.
create function line_work(p_line_id uuid) returns text language sql stable as $$
  select case
    when exists (select from supplier_purchases p
      where p.line_id = p_line_id and p.state in ('INTENT', 'IN_FLIGHT', 'UNKNOWN', 'ACCEPTED', 'MANUAL')) then 'buying'
    when exists (select from invites i
      where i.line_id = p_line_id and i.state in ('QUEUED', 'SENDING', 'UNKNOWN', 'MANUAL')) then 'inviting'
    else 'idle' end
$$;

-- Whatever is past its deadline now, with the moment from which on a person has to see it.
create view overdue with (security_invoker = true) as
select d.subject, w.id, w.order_id, w.state, d.variant, d.owner, d.exit, d.is_listed,
  w.since + d.lasts as deadline, w.since + d.lasts + d.grace as escalates_at
from deadlines d
join lateral (
  select o.id, o.id as order_id, o.state, '' as variant, o.expires_at as since
  from orders o
  where d.subject = 'order' and o.state = d.state and o.state in ('PENDING', 'WAITING_PAYMENT')
  union all
  -- a paid order without an open line: the others wait with their lines
  select o.id, o.id, o.state, '', greatest(o.paid_at, o.updated_at)
  from orders o
  where d.subject = 'order' and d.state = 'PROCESSING' and o.state = 'PROCESSING'
    and not exists (select from order_lines l where l.order_id = o.id and l.state in ('WAITING', 'PROCESSING'))
    and not exists (select from order_lines l where l.order_id = o.id and l.state = 'NEEDS_INPUT')
  union all
  -- a line waits with its unpaid order, and with no other
  select l.id, l.order_id, l.state, '', greatest(l.updated_at, o.updated_at)
  from order_lines l join orders o on o.id = l.order_id
  where d.subject = 'line' and d.state = 'WAITING' and l.state = 'WAITING' and o.state not in ('PENDING', 'WAITING_PAYMENT')
  union all
  select l.id, l.order_id, l.state, line_work(l.id), l.updated_at
  from order_lines l
  where d.subject = 'line' and d.state = 'PROCESSING' and l.state = 'PROCESSING'
  union all
  select l.id, l.order_id, l.state, '', l.correct_until
  from order_lines l
  where d.subject = 'line' and d.state = 'NEEDS_INPUT' and l.state = 'NEEDS_INPUT'
  union all
  select p.id, p.order_id, p.state, '', p.expires_at
  from payments p
  where d.subject = 'payment' and p.state = d.state and p.state in ('CREATING', 'PENDING')
  union all
  -- one that holds money or waits for a decision about money has its own task
  select p.id, p.order_id, p.state, '', greatest(p.expires_at, p.updated_at)
  from payments p
  where d.subject = 'payment' and d.state = 'REVIEW' and p.state = 'REVIEW' and p.booked_to is null
    and not exists (select from payment_exceptions e where e.payment_id = p.id and e.state = 'OPEN')
  union all
  select p.id, l.order_id, p.state, '', case p.state
      when 'INTENT' then p.created_at when 'UNKNOWN' then coalesce(p.unknown_since, p.updated_at)
      when 'MANUAL' then p.updated_at else coalesce(p.sent_at, p.updated_at) end
  from supplier_purchases p join order_lines l on l.id = p.line_id
  where d.subject = 'purchase' and d.variant = '' and p.state = d.state
    and p.state in ('INTENT', 'IN_FLIGHT', 'UNKNOWN', 'ACCEPTED', 'MANUAL')
  union all
  select p.id, l.order_id, p.state, 'unplanned', p.updated_at
  from supplier_purchases p join order_lines l on l.id = p.line_id
  where d.subject = 'purchase' and d.variant = 'unplanned' and p.next_check_at is null
    and p.state = d.state and p.state in ('INTENT', 'IN_FLIGHT', 'UNKNOWN', 'ACCEPTED')
  union all
  -- an invitation and a membership last until their own end
  select i.id, l.order_id, i.state, '', case i.state
      when 'QUEUED' then i.waiting_since when 'UNKNOWN' then coalesce(i.unknown_since, i.updated_at)
      when 'INVITED' then coalesce(i.expires_at, i.invited_at + interval '30 days', i.updated_at)
      when 'JOINED' then i.ends_at when 'MANUAL' then i.updated_at else coalesce(i.sent_at, i.updated_at) end
  from invites i join order_lines l on l.id = i.line_id
  where d.subject = 'invite' and i.state = d.state
    and i.state in ('QUEUED', 'SENDING', 'UNKNOWN', 'INVITED', 'JOINED', 'MANUAL')
  union all
  select r.id, r.order_id, r.state, '', case r.state when 'SENDING' then r.updated_at else r.created_at end
  from refunds r
  where d.subject = 'refund' and r.state = d.state and r.state in ('REQUESTED', 'SENDING', 'UNKNOWN')
  union all
  select r.id, r.order_id, r.state, '', r.created_at
  from refunds r
  where d.subject = 'refund' and d.state = 'MANUAL' and r.state = 'MANUAL'
  union all
  select e.id, p.order_id, e.state, '', e.opened_at
  from payment_exceptions e join payments p on p.id = e.payment_id
  where d.subject = 'payment_exception' and e.state = 'OPEN'
  union all
  select i.id, null, i.state, '', i.next_try_at
  from webhook_inbox i
  where d.subject = 'inbox' and i.state = d.state and i.state in ('RECEIVED', 'PARKED')
  union all
  select m.id, m.order_id, m.state, '', coalesce(m.next_try_at, m.updated_at)
  from messages m
  where d.subject = 'message' and m.state = d.state and m.state in ('WAITING', 'SENDING')
) w on w.state = d.state and w.variant = d.variant
where w.since + d.lasts <= now();
grant select on overdue to lapak_worker;

-- What outstayed its deadline and its grace: a person sees it until it moves on.
create table escalations (
  id uuid primary key,
  subject text not null,
  subject_id uuid not null,
  order_id uuid,
  stuck_in text not null,
  owner text not null check (owner in ('shop', 'buyer', 'supplier', 'gateway', 'staff')),
  deadline timestamptz not null,
  opened_at timestamptz not null default now(),
  resolved_at timestamptz,
  constraint escalations_times check (resolved_at >= opened_at)
);
create unique index escalations_one_open on escalations (subject, subject_id) where resolved_at is null;
create index escalations_open on escalations (opened_at, id) where resolved_at is null;
create index escalations_order on escalations (order_id) where order_id is not null;
call lapak_protect('escalations');
grant select, insert, update on escalations to lapak_worker;
