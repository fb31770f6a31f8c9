-- why: roles, the context that row-level security reads, and the tables every module shares
-- locks: none on existing data; safe while older code runs: nothing runs before this

create function lapak_user_id() returns uuid language sql stable
  as $$ select nullif(current_setting('lapak.user_id', true), '')::uuid $$;

create function lapak_token_hash() returns bytea language sql stable
  as $$ select decode(nullif(current_setting('lapak.token_hash', true), ''), 'hex') $$;

-- Row-level security on and forced, open to the owner role (definer functions) and to workers.
create procedure lapak_protect(name text) language plpgsql as $$
begin
  execute format('alter table %I enable row level security', name);
  execute format('alter table %I force row level security', name);
  execute format('create policy %I on %I to lapak_owner, lapak_worker using (true) with check (true)', name || '_shop', name);
end $$;

create table idempotency_keys (
  scope text not null check (length(scope) between 1 and 200),
  key text not null check (length(key) between 16 and 255),
  fingerprint bytea not null check (length(fingerprint) = 32),
  resource_id uuid not null,
  created_at timestamptz not null default now(),
  constraint idempotency_keys_pkey primary key (scope, key)
);
create index idempotency_keys_created on idempotency_keys (created_at);
call lapak_protect('idempotency_keys');
create policy idempotency_keys_claim on idempotency_keys to lapak_web using (true) with check (true);
grant select, insert on idempotency_keys to lapak_web;
grant select, insert, delete on idempotency_keys to lapak_worker;
