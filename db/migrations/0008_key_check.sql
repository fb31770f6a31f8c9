-- why: a key file that does not belong to this database must be noticed before codes are sold that nobody can open
-- locks: none on existing data; safe while older code runs: it does not know the table

-- One row per sealing key that was ever current. `sealed` opens with that key alone, and holds a digest of the others.
create table key_checks (
  id uuid primary key,
  key_id text not null constraint key_checks_key unique,
  sealed bytea not null,
  created_at timestamptz not null default now()
);
call lapak_protect('key_checks');
grant select, insert on key_checks to lapak_worker;
