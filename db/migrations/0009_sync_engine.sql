-- why: the synchronisation engine: connections, streams, passes with their leases, checkpoints, the map of external ids
-- locks: sync_runs for the time of exchanging two checks; safe while older code runs, which knows fewer states

alter table sync_runs drop constraint sync_runs_status_check;
alter table sync_runs add constraint sync_runs_status_check check
  (status in ('queued', 'running', 'succeeded', 'failed', 'refused', 'needs_approval', 'cancelled'));
alter table sync_runs drop constraint sync_runs_trigger_check;
alter table sync_runs add constraint sync_runs_trigger_check check
  (trigger in ('manual', 'schedule', 'webhook', 'cli', 'replay'));
alter table sync_runs add column mode text not null default 'full' check (mode in ('full', 'changes', 'range', 'replay'));
alter table sync_runs add column range_from timestamptz;
alter table sync_runs add column range_to timestamptz;
-- The dry run whose plan this run may carry out, and nothing else.
alter table sync_runs add column plan_of uuid references sync_runs on delete set null;
-- Order-independent sum over everything a run changed or would change: equal plans have equal sums.
alter table sync_runs add column plan_sum text;
alter table sync_runs add column cancel_requested_at timestamptz;
alter table sync_runs add column queued_at timestamptz not null default now();
alter table sync_runs add constraint sync_runs_range check ((range_from is null) = (range_to is null) and range_from <= range_to);
-- A waiting run is the wake-up that is not lost: equal wishes become one.
create unique index sync_runs_one_waiting on sync_runs
  (connection, kind, mode, range_from, range_to, plan_of) nulls not distinct where status = 'queued';
-- For taking runs away: who refers to them is asked once per run.
create index sync_runs_plan_of on sync_runs (plan_of) where plan_of is not null;
-- Runs are taken away when nobody asks about them any more.
grant delete on sync_runs to lapak_worker;

create table sync_connections (
  name text collate "C" primary key check (name ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  -- An operator's pause; nothing but an operator ends it.
  paused_at timestamptz,
  paused_by text,
  circuit_failures integer not null default 0 check (circuit_failures >= 0),
  circuit_since timestamptz,
  circuit_open_until timestamptz,
  circuit_reason text,
  created_at timestamptz not null default now(),
  constraint sync_connections_pause check ((paused_at is null) = (paused_by is null))
);
call lapak_protect('sync_connections');
grant select, insert, update on sync_connections to lapak_worker;

create table sync_streams (
  connection text collate "C" not null references sync_connections,
  stream text collate "C" not null,
  -- Everything the source knew up to here is applied or a dead letter. Moves to the frozen end of a complete generation.
  watermark timestamptz,
  -- When the last complete enumeration began.
  enumerated_at timestamptz,
  constraint sync_streams_pkey primary key (connection, stream)
);
call lapak_protect('sync_streams');
grant select, insert, update on sync_streams to lapak_worker;

create table sync_schedules (
  connection text collate "C" not null references sync_connections,
  mode text not null check (mode in ('full', 'changes')),
  every_minutes integer not null check (every_minutes between 1 and 44640),
  enabled boolean not null default true,
  next_at timestamptz not null,
  constraint sync_schedules_pkey primary key (connection, mode)
);
call lapak_protect('sync_schedules');
grant select, insert, update on sync_schedules to lapak_worker;

-- One stream's part of a run: its lease, its counts and how it ended.
create table sync_passes (
  run_id uuid not null references sync_runs on delete cascade,
  stream text collate "C" not null,
  connection text collate "C" not null,
  place integer not null check (place >= 0),
  -- Streams of the same run that must end first.
  after text[] not null default '{}',
  state text not null default 'waiting' check
    (state in ('waiting', 'ready', 'running', 'succeeded', 'failed', 'parked', 'cancelled')),
  epoch bigint not null default 0 check (epoch >= 0),
  lease_owner uuid,
  lease_until timestamptz not null default '-infinity',
  generation_id uuid,
  seen bigint not null default 0,
  created bigint not null default 0,
  updated bigint not null default 0,
  unchanged bigint not null default 0,
  stale bigint not null default 0,
  rejected bigint not null default 0,
  deleted bigint not null default 0,
  pages bigint not null default 0,
  -- Records that a complete enumeration did not name.
  missing bigint not null default 0,
  -- Order-independent sum over what a dry run would do to this stream: equal plans have equal sums.
  plan_sum text,
  tries integer not null default 0,
  retry_at timestamptz,
  progressed_at timestamptz,
  error_code text,
  error_detail text,
  -- A person has agreed to take the missing records out of use.
  approved_at timestamptz,
  approved_by text,
  started_at timestamptz,
  finished_at timestamptz,
  constraint sync_passes_pkey primary key (run_id, stream),
  constraint sync_passes_conserved check (seen = created + updated + unchanged + stale + rejected)
);
create index sync_passes_open on sync_passes (connection, stream) where state in ('waiting', 'ready', 'running', 'parked');
call lapak_protect('sync_passes');
grant select, insert, update on sync_passes to lapak_worker;

-- One attempt to bring a stream up to a moment that was fixed when it began.
create table sync_generations (
  id uuid primary key,
  connection text collate "C" not null,
  stream text collate "C" not null,
  mode text not null check (mode in ('full', 'changes', 'range')),
  -- Windows are [lo, hi]; a full enumeration has no lo.
  lo timestamptz,
  hi timestamptz not null,
  state text not null default 'open' check (state in ('open', 'enumerated', 'closed', 'abandoned')),
  -- Rejected records whose id could not be read: any missing record may be one of them.
  nameless bigint not null default 0,
  started_at timestamptz not null default now(),
  closed_at timestamptz,
  foreign key (connection, stream) references sync_streams
);
-- An enumeration that waits for approval stands beside the next generation; another complete one replaces it.
create unique index sync_generations_one_open on sync_generations (connection, stream) where state = 'open';
create index sync_generations_enumerated on sync_generations (connection, stream) where state = 'enumerated';
call lapak_protect('sync_generations');
grant select, insert, update, delete on sync_generations to lapak_worker;

create table sync_slices (
  generation_id uuid not null references sync_generations on delete cascade,
  slice integer not null check (slice >= 0),
  lo timestamptz,
  hi timestamptz not null,
  -- The source's own word for the next page; null before the first.
  position text,
  pages bigint not null default 0,
  restarts integer not null default 0,
  is_done boolean not null default false,
  constraint sync_slices_pkey primary key (generation_id, slice)
);
call lapak_protect('sync_slices');
grant select, insert, update, delete on sync_slices to lapak_worker;

-- Which ids a full enumeration has named, page by page: unchanged records are seen without being touched.
create table sync_seen (
  generation_id uuid not null references sync_generations on delete cascade,
  slice integer not null,
  page bigint not null,
  external_ids text[] collate "C" not null,
  constraint sync_seen_pkey primary key (generation_id, slice, page)
);
call lapak_protect('sync_seen');
grant select, insert, delete on sync_seen to lapak_worker;

-- Records that a complete enumeration did not name, in the order in which they are taken out of use.
create table sync_missing (
  generation_id uuid not null references sync_generations on delete cascade,
  batch bigint not null,
  external_ids text[] collate "C" not null,
  constraint sync_missing_pkey primary key (generation_id, batch)
);
call lapak_protect('sync_missing');
grant select, insert, delete on sync_missing to lapak_worker;

-- External id to local id, with what was last applied.
create table sync_records (
  connection text collate "C" not null,
  entity text collate "C" not null,
  external_id text collate "C" not null check (length(external_id) between 1 and 200),
  local_id uuid not null,
  -- 128 bits of SHA-256 over the mapping's version and the fields.
  content_hash uuid,
  version timestamptz,
  pushed_hash uuid,
  touched_at timestamptz not null default now(),
  gone_at timestamptz,
  -- The external id leads: it tells records apart at the first comparison, and batches are looked up by nothing else.
  constraint sync_records_pkey primary key (external_id, connection, entity),
  constraint sync_records_local unique (local_id, connection, entity)
);
call lapak_protect('sync_records');
grant select, insert, update, delete on sync_records to lapak_worker;

-- What a run created, page by page; what it changed has a row per record in sync_changes.
create table sync_creations (
  run_id uuid not null references sync_runs on delete cascade,
  stream text collate "C" not null,
  page bigint not null,
  external_ids text[] collate "C" not null,
  constraint sync_creations_pkey primary key (run_id, stream, page)
);
call lapak_protect('sync_creations');
grant select, insert, delete on sync_creations to lapak_worker;

create table sync_changes (
  id uuid primary key,
  run_id uuid not null references sync_runs on delete cascade,
  stream text collate "C" not null,
  entity text collate "C" not null,
  local_id uuid not null,
  external_id text collate "C" not null,
  -- 'kept': an operator or a rule owns the field, so the source's word was not taken.
  op text not null check (op in ('update', 'delete', 'return', 'kept', 'push')),
  -- Field to [before, after].
  fields jsonb not null check (jsonb_typeof(fields) = 'object'),
  at timestamptz not null default now()
);
create index sync_changes_run on sync_changes (run_id, id);
create index sync_changes_record on sync_changes (entity, local_id, id);
call lapak_protect('sync_changes');
grant select, insert, delete on sync_changes to lapak_worker;

-- What a dry run would do. Part of the run, never of the data.
create table sync_plan_items (
  run_id uuid not null references sync_runs on delete cascade,
  stream text collate "C" not null,
  op text not null check (op in ('create', 'update', 'delete', 'return', 'kept')),
  external_id text collate "C" not null,
  fields jsonb not null default '{}' check (jsonb_typeof(fields) = 'object'),
  constraint sync_plan_items_pkey primary key (run_id, stream, external_id, op)
);
call lapak_protect('sync_plan_items');
grant select, insert, delete on sync_plan_items to lapak_worker;

create table sync_dead_letters (
  id uuid primary key,
  connection text collate "C" not null,
  stream text collate "C" not null,
  -- The external id where it could be read, else a fingerprint of the record.
  record_key text collate "C" not null check (length(record_key) between 1 and 200),
  payload jsonb not null,
  code text not null,
  detail text not null,
  attempts integer not null default 1 check (attempts > 0),
  state text not null default 'open' check (state in ('open', 'resolved', 'discarded')),
  first_run uuid references sync_runs on delete set null,
  last_run uuid references sync_runs on delete set null,
  opened_at timestamptz not null default now(),
  closed_at timestamptz
);
create unique index sync_dead_letters_one_open on sync_dead_letters (connection, stream, record_key) where state = 'open';
create index sync_dead_letters_list on sync_dead_letters (connection, stream, id) where state = 'open';
create index sync_dead_letters_first_run on sync_dead_letters (first_run);
create index sync_dead_letters_last_run on sync_dead_letters (last_run);
call lapak_protect('sync_dead_letters');
grant select, insert, update, delete on sync_dead_letters to lapak_worker;

-- A field of one record that an operator keeps for himself.
create table sync_field_locks (
  entity text collate "C" not null,
  local_id uuid not null,
  field text not null,
  locked_by text not null,
  locked_at timestamptz not null default now(),
  constraint sync_field_locks_pkey primary key (entity, local_id, field)
);
call lapak_protect('sync_field_locks');
grant select, insert, delete on sync_field_locks to lapak_worker;

-- Calls that an account still allows, shared by every process.
create table sync_buckets (
  key text collate "C" primary key,
  tokens double precision not null,
  refreshed_at timestamptz not null default now(),
  blocked_until timestamptz not null default '-infinity'
);
call lapak_protect('sync_buckets');
grant select, insert, update on sync_buckets to lapak_worker;

create table sync_alerts (
  id uuid primary key,
  connection text collate "C" not null,
  stream text collate "C" not null default '',
  kind text not null check (kind in
    ('late', 'dead_letters', 'rejected_share', 'circuit_open', 'needs_approval', 'run_failed')),
  detail text not null,
  opened_at timestamptz not null default now(),
  resolved_at timestamptz
);
create unique index sync_alerts_one_open on sync_alerts (connection, stream, kind) where resolved_at is null;
call lapak_protect('sync_alerts');
grant select, insert, update on sync_alerts to lapak_worker;
