-- why: records that are pushed to external systems: what is wanted, what was sent, and every attempt with its key
-- locks: none on existing data

-- Many edits of a record become one push of its newest version.
create table sync_pushes (
  connection text collate "C" not null,
  stream text collate "C" not null,
  local_id uuid not null,
  want_version bigint not null default 1 check (want_version > 0),
  wished_at timestamptz not null default now(),
  sent_version bigint not null default 0 check (sent_version >= 0),
  -- The newest version that the system refused; only a newer one, or a replay, is tried.
  refused_version bigint not null default 0 check (refused_version >= 0),
  -- Attempts that are settled, whatever way. Part of every key, so that no key is ever used for two attempts.
  settled_attempts bigint not null default 0,
  -- The parent, by local id, that the system does not know yet.
  waits_for uuid,
  -- The parent's external id as the system was last told; empty for none, null when it was never told.
  pushed_parent text collate "C",
  tries integer not null default 0,
  next_at timestamptz not null default now(),
  -- A person decides: the outcome is not known and the system cannot be asked.
  needs_review boolean not null default false,
  review_reason text,
  updated_at timestamptz not null default now(),
  constraint sync_pushes_pkey primary key (connection, stream, local_id),
  constraint sync_pushes_sent check (sent_version <= want_version and refused_version <= want_version),
  constraint sync_pushes_review check (needs_review = (review_reason is not null))
);
create index sync_pushes_due on sync_pushes (connection, stream, next_at)
  where sent_version < want_version and refused_version < want_version and not needs_review;
call lapak_protect('sync_pushes');
grant select, insert, update on sync_pushes to lapak_worker;

create table sync_attempts (
  key text collate "C" primary key check (length(key) between 16 and 100),
  connection text collate "C" not null,
  stream text collate "C" not null,
  local_id uuid not null,
  operation text not null check (operation in ('create', 'update')),
  version bigint not null check (version > 0),
  content_hash uuid not null,
  parent_external_id text collate "C",
  -- What the system held before this update, as far as we knew; it is not known while the update is open.
  prior_hash uuid,
  -- Resent as it stands: the same key must carry the same body, and json keeps its text.
  body json not null,
  state text not null default 'sending' check (state in ('sending', 'ok', 'rejected', 'unknown', 'withdrawn')),
  external_id text collate "C",
  detail text,
  tries integer not null default 1 check (tries > 0),
  created_at timestamptz not null default now(),
  -- When it was last about to be sent.
  sent_at timestamptz not null default now(),
  settled_at timestamptz
);
-- One attempt of a record is open at a time, so no second key is minted while the first may still land.
create unique index sync_attempts_one_open on sync_attempts (connection, stream, local_id) where state in ('sending', 'unknown');
create index sync_attempts_record on sync_attempts (connection, stream, local_id, created_at);
call lapak_protect('sync_attempts');
grant select, insert, update, delete on sync_attempts to lapak_worker;
