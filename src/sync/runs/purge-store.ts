import type { Tx } from '#platform/database.ts'

/** How long each kind of row is kept. */
export type Keeping = { runDays: number; detailDays: number; letterDays: number; generationDays: number }

type Purge = { name: string; days: keyof Keeping; text: string }

/** Runs of these states are over. */
const OVER = `('succeeded', 'failed', 'refused', 'cancelled')`

function detailsOf(table: string, keys: string): string {
  return `delete from ${table} where (${keys}) in (select ${keys
    .split(', ')
    .map((key) => `d.${key}`)
    .join(', ')}
    from sync_runs r join ${table} d on d.run_id = r.id
    where r.status in ${OVER} and r.started_at < now() - make_interval(days => $1) limit $2)`
}

/** What is taken away, in this order: details before the runs they belong to. Each by the run's age and its key. */
export const PURGES: readonly Purge[] = [
  {
    name: 'plan items',
    days: 'detailDays',
    text: detailsOf('sync_plan_items', 'run_id, stream, external_id, op'),
  },
  { name: 'changes', days: 'detailDays', text: detailsOf('sync_changes', 'id') },
  { name: 'creations', days: 'detailDays', text: detailsOf('sync_creations', 'run_id, stream, page') },
  {
    name: 'dead letters',
    days: 'letterDays',
    text: `delete from sync_dead_letters where id in (select id from sync_dead_letters
      where state <> 'open' and closed_at < now() - make_interval(days => $1) limit $2)`,
  },
  {
    name: 'attempts',
    days: 'detailDays',
    text: `delete from sync_attempts where key in (select a.key from sync_attempts a
      where a.settled_at < now() - make_interval(days => $1) and (a.state <> 'ok' or exists (
        select from sync_attempts later where later.connection = a.connection and later.stream = a.stream
          and later.local_id = a.local_id and later.state = 'ok' and later.created_at > a.created_at)) limit $2)`,
  },
  {
    name: 'seen',
    days: 'generationDays',
    text: `delete from sync_seen where (generation_id, slice, page) in (
      select s.generation_id, s.slice, s.page from sync_generations g join sync_seen s on s.generation_id = g.id
      where g.state in ('closed', 'abandoned') and g.started_at < now() - make_interval(days => $1) limit $2)`,
  },
  {
    name: 'generations',
    days: 'generationDays',
    text: `delete from sync_generations where id in (select id from sync_generations g
      where g.state in ('closed', 'abandoned') and g.started_at < now() - make_interval(days => $1)
        and not exists (select from sync_seen s where s.generation_id = g.id) limit $2)`,
  },
  {
    name: 'runs',
    days: 'runDays',
    text: `delete from sync_runs where id in (select id from sync_runs r
      where r.status in ${OVER} and r.started_at < now() - make_interval(days => $1)
        and not exists (select from sync_changes c where c.run_id = r.id)
        and not exists (select from sync_plan_items i where i.run_id = r.id)
        and not exists (select from sync_creations c where c.run_id = r.id) limit $2)`,
  },
]

/** Takes away at most `limit` rows of one kind; returns how many. */
export function deleteOld(tx: Tx, purge: Purge, keeping: Keeping, limit: number): Promise<number> {
  return tx.count({ text: purge.text, values: [keeping[purge.days], limit] })
}
