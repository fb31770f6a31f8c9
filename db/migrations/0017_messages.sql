-- why: what happened is told to buyers and staff, once; troubles of the shop are kept as incidents that open and end
-- locks: none on existing data; safe while older code runs: it never writes or reads these tables

-- What happened, in the transaction that made it true. Ids and amounts only. No references: they would lock the order
-- in transactions that only hold one of its lines, against the order of locks.
create table outbox_events (
  id uuid primary key,
  -- Events of one order are written one transaction after another, so their numbers tell their order.
  number bigint generated always as identity,
  key text not null constraint outbox_events_key unique check (length(key) between 3 and 200),
  kind text not null check (kind ~ '^[a-z_]+\.[a-z_]+$'),
  order_id uuid,
  line_id uuid,
  data jsonb not null default '{}' check (jsonb_typeof(data) = 'object' and length(data::text) <= 4000),
  created_at timestamptz not null default now(),
  dispatched_at timestamptz
);
create index outbox_events_pending on outbox_events (number) where dispatched_at is null;
create index outbox_events_old on outbox_events (dispatched_at) where dispatched_at is not null;
call lapak_protect('outbox_events');
grant select, insert, update, delete on outbox_events to lapak_worker;

create table message_transitions (
  from_state text not null,
  to_state text not null,
  primary key (from_state, to_state)
);
call lapak_protect('message_transitions');
grant select on message_transitions to lapak_worker;
insert into message_transitions (from_state, to_state) values
  ('NEW', 'WAITING'),
  ('WAITING', 'SENDING'),
  ('SENDING', 'SENT'), ('SENDING', 'UNKNOWN'), ('SENDING', 'FAILED'), ('SENDING', 'SKIPPED'), ('SENDING', 'WAITING');

-- One row per event, channel and recipient. Whom it goes to is read from the order when it is sent.
create table messages (
  id uuid primary key,
  event_number bigint not null,
  business_key text not null constraint messages_business_key unique,
  channel text not null check (channel in ('email', 'whatsapp', 'telegram')),
  audience text not null check (audience in ('buyer', 'staff')),
  template text not null check (template ~ '^[a-z]+(-[a-z]+)*$'),
  locale text not null check (locale in ('id', 'en')),
  order_id uuid references orders,
  line_id uuid references order_lines,
  order_number text,
  data jsonb not null default '{}' check (jsonb_typeof(data) = 'object'),
  state text not null default 'WAITING' check (state in ('WAITING', 'SENDING', 'SENT', 'UNKNOWN', 'FAILED', 'SKIPPED')),
  -- Counts the claims: what a run writes counts only while this is the number it claimed with.
  tries integer not null default 0 check (tries >= 0),
  next_try_at timestamptz default now(),
  provider_ref text,
  detail text,
  -- The recipient or text never works, or the channel did not for too long.
  failure text check (failure in ('refused', 'given_up')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sent_at timestamptz,
  constraint messages_buyer check (audience <> 'buyer' or order_id is not null),
  constraint messages_failure check ((failure is not null) = (state = 'FAILED')),
  constraint messages_sent check ((sent_at is not null) = (state = 'SENT')),
  constraint messages_due_when_open check ((next_try_at is not null) = (state in ('WAITING', 'SENDING')))
);
create index messages_due on messages (channel, next_try_at) where state in ('WAITING', 'SENDING');
create index messages_order on messages (order_id, channel, event_number) where order_id is not null;
create index messages_recent on messages (created_at desc, id desc);
call lapak_protect('messages');
grant select, insert, update on messages to lapak_worker;

create table message_history (
  id uuid primary key,
  message_id uuid not null references messages,
  from_state text not null,
  to_state text not null,
  detail text,
  at timestamptz not null default now(),
  constraint message_history_move foreign key (from_state, to_state) references message_transitions
);
create index message_history_message on message_history (message_id, at, id);
call lapak_protect('message_history');
grant select, insert on message_history to lapak_worker;

-- A trouble that opens once and ends by itself. `clear_since`: it looks ended, but not yet for long enough.
create table incidents (
  id uuid primary key,
  key text not null check (length(key) between 1 and 160),
  kind text not null check (kind ~ '^[a-z]+(_[a-z]+)*$'),
  state text not null default 'OPEN' check (state in ('OPEN', 'ACKNOWLEDGED', 'RESOLVED')),
  subject text not null default '' check (length(subject) <= 120),
  count bigint not null default 1 check (count >= 0),
  peak bigint not null default 1 check (peak >= count),
  opened_at timestamptz not null,
  seen_at timestamptz not null,
  clear_since timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text,
  resolved_at timestamptz,
  constraint incidents_resolved check ((resolved_at is not null) = (state = 'RESOLVED')),
  constraint incidents_acknowledged check (state <> 'ACKNOWLEDGED' or acknowledged_at is not null)
);
create unique index incidents_one_open on incidents (key) where state <> 'RESOLVED';
create index incidents_recent on incidents (opened_at desc, id desc);
call lapak_protect('incidents');
grant select, insert, update on incidents to lapak_worker;
