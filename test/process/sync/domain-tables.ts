import { queryAs } from '../../support/test-database.ts'

/** Tables whose every change is written down with its transaction, so that the whole history can be judged. */
const WATCHED = [
  'test_parents',
  'test_children',
  'test_pushed',
  'sync_slices',
  'sync_streams',
  'sync_passes',
  'sync_generations',
  'sync_records',
  'sync_dead_letters',
  'sync_changes',
  'sync_creations',
  'sync_pushes',
  'sync_attempts',
  'sync_buckets',
  'sync_runs',
] as const

export type WatchedTable = (typeof WATCHED)[number]

const TABLES = `
  create table test_parents (
    id uuid primary key, external_id text collate "C" not null, name text not null, price bigint not null,
    tier text not null, is_active boolean not null default true);
  create table test_children (
    id uuid primary key, parent_id uuid not null references test_parents, external_id text collate "C" not null,
    name text not null, price bigint not null, is_active boolean not null default true);
  create table test_pushed (
    id uuid primary key, kind text not null, parent_id uuid references test_pushed, name text not null,
    price bigint not null, revision bigint not null);
  create table test_jobs (
    id bigint generated always as identity primary key, connection text not null, stream text not null,
    start_after timestamptz not null default now());
  create function test_wake() returns trigger language plpgsql as $$ begin notify test_jobs; return null; end $$;
  create trigger test_wake after insert on test_jobs for each statement execute function test_wake();
  grant select, insert, update, delete on test_parents, test_children, test_pushed, test_jobs to lapak_worker;
`

/**
 * The watch: one row per changed row with its transaction, the process that made it (its application name) and both
 * versions. Rows of one lock are numbered in the order of their commits.
 */
const WATCH = `
  create table test_audit (
    seq bigint generated always as identity primary key, xid bigint not null, at timestamptz not null, app text not null,
    tab text not null, op text not null, was jsonb, now jsonb);
  create function test_watch() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
  begin
    insert into test_audit (xid, at, app, tab, op, was, now) values (
      pg_current_xact_id()::text::bigint, clock_timestamp(), current_setting('application_name'), tg_table_name, tg_op,
      case when tg_op <> 'INSERT' then to_jsonb(old) end, case when tg_op <> 'DELETE' then to_jsonb(new) end);
    return null;
  end $$;
`

/** Makes the domain of the property test in a migrated database. `watches` writes the history down too. */
export async function createDomainTables(url: string, watches: boolean): Promise<void> {
  const triggers = WATCHED.map(
    (table) =>
      `create trigger test_watch after insert or update or delete on ${table} for each row execute function test_watch();`,
  )
  await queryAs(url, `${TABLES} ${watches ? `${WATCH} ${triggers.join('\n')}` : ''}`)
}
