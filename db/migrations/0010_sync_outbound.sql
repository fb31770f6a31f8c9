-- why: records that are pushed to external systems: what is wanted, what was sent, and every attempt with its key
-- locks: none on existing data

-- Many edits of a record become one push of its newest version.
create table sync_pushes (
  connection text collate "C" not null,
  stream text collate "C" not null,
  local_id uuid not null,
  want_version bigint not null default 1 check (want_version > 0),
  sent_version bigint not null default 0 check (sent_version >= 0),
  tries integer not null default 0,
  next_at timestamptz not null default now(),
  -- A person decides: the outcome is not known and the system cannot be asked.
  needs_review boolean not null default false,
  review_reason text,
  updated_at timestamptz not null default now(),
  constraint sync_pushes_pkey primary key (connection, stream, local_id),
  constraint sync_pushes_sent check (sent_version <= want_version)
);
create index sync_pushes_due on sync_pushes (connection, stream, next_at) where sent_version < want_version and not needs_review;
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
  -- Resent as it stands: the same key must carry the same body.
  body jsonb not null,
  state text not null default 'sending' check (state in ('sending', 'ok', 'rejected', 'unknown', 'withdrawn')),
  external_id text collate "C",
  detail text,
  tries integer not null default 1 check (tries > 0),
  created_at timestamptz not null default now(),
  settled_at timestamptz
);
-- One attempt of a record is open at a time, so no second key is minted while the first may still land.
create unique index sync_attempts_one_open on sync_attempts (connection, stream, local_id) where state in ('sending', 'unknown');
call lapak_protect('sync_attempts');
grant select, insert, update on sync_attempts to lapak_worker;
