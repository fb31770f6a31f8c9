import pg from 'pg'
import { setTimeout as pause } from 'node:timers/promises'
import type { Instant } from './evidence.ts'
import type { LogEntry } from './provider-world.ts'

const SNAPSHOT = `select
  (select jsonb_object_agg(stream, extract(epoch from watermark) * 1000) from sync_streams) as watermarks,
  (select jsonb_object_agg(stream || '|' || local_id, sent_version) from sync_pushes) as "sentVersions",
  (select jsonb_object_agg(run_id || '|' || stream, epoch) from sync_passes) as epochs,
  (select jsonb_agg(jsonb_build_object('stream', g.stream, 'position', s.position, 'isDone', s.is_done))
    from sync_slices s join sync_generations g on g.id = s.generation_id where g.state = 'open') as slices,
  (select jsonb_object_agg(case entity when 'parent' then 'parents' when 'child' then 'children' else entity end
      || '|' || external_id, case when gone_at is null then extract(epoch from version) * 1000 end)
    from sync_records) as applied,
  (select jsonb_agg(stream || '|' || coalesce(payload->>'id', record_key)) from sync_dead_letters) as letters,
  (select jsonb_agg(jsonb_build_object('stream', stream, 'seen', seen,
      'sum', created + updated + unchanged + stale + rejected)) from sync_passes) as counts,
  (select jsonb_agg(twice) from (
      select 'parents ' || external_id as twice from test_parents group by external_id having count(*) > 1
      union all select 'children ' || external_id from test_children group by external_id having count(*) > 1
      union all select entity || ' ' || external_id from sync_records group by connection, entity, external_id
        having count(*) > 1
      union all select entity || ' ' || local_id from sync_records group by connection, entity, local_id
        having count(*) > 1) t) as doubles`

type Raw = {
  watermarks: Record<string, number | null> | null
  sentVersions: Record<string, number> | null
  epochs: Record<string, number> | null
  slices: Instant['slices'] | null
  applied: Record<string, number | null> | null
  letters: string[] | null
  counts: Instant['counts'] | null
  doubles: string[] | null
}

/** Looks at the whole database in one instant. */
export async function lookAt(client: pg.Client): Promise<Instant> {
  await client.query('begin isolation level repeatable read read only')
  const { rows } = await client.query<Raw>(SNAPSHOT)
  await client.query('commit')
  const [raw] = rows
  if (raw === undefined) throw new Error('no snapshot')
  return {
    watermarks: raw.watermarks ?? {},
    sentVersions: raw.sentVersions ?? {},
    epochs: raw.epochs ?? {},
    slices: raw.slices ?? [],
    applied: new Map(Object.entries(raw.applied ?? {}).map(([key, version]) => [key, version ?? Infinity])),
    letters: new Set(raw.letters ?? []),
    counts: raw.counts ?? [],
    doubles: raw.doubles ?? [],
  }
}

/** A watcher that looks at the database again and again while a seed runs. */
export type Watch = { stop(): Promise<{ looks: number; violations: Map<number, Set<string>> }> }

const LOOK_EVERY_MS = 50

/** Begins to look. `readLog` gives what the provider was asked so far. */
export async function startWatch(url: string, readLog: () => Promise<LogEntry[]>): Promise<Watch> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  await client.query('set role lapak_owner')
  const violations = new Map<number, Set<string>>()
  let isOver = false
  let looks = 0
  async function look(before: Instant | null): Promise<Instant> {
    const instant = await lookAt(client)
    looks += 1
    // Read after the instant: whatever was committed by then had been asked for before.
    const log = instant.slices.some(({ position }) => position !== null) ? await readLog() : []
    judgeInstant(instant, before, log, (invariant, text) => {
      violations.set(invariant, (violations.get(invariant) ?? new Set()).add(text))
    })
    return instant
  }
  async function watch(): Promise<void> {
    let before: Instant | null = null
    while (!isOver) {
      before = await look(before)
      await pause(LOOK_EVERY_MS)
    }
    await look(before)
  }
  const watching = watch()
  watching.catch(() => undefined)
  return {
    async stop() {
      if (isOver) return { looks, violations }
      isOver = true
      try {
        await watching
      } finally {
        await client.end()
      }
      return { looks, violations }
    },
  }
}

type Tell = (invariant: number, text: string) => void

/** What must hold in every single instant: 2, 3, 4 and 8. */
export function judgeInstant(
  instant: Instant,
  before: Instant | null,
  log: readonly LogEntry[],
  tell: Tell,
): void {
  for (const { stream, position } of instant.slices)
    for (const missing of missingBefore(stream, position, instant, log))
      tell(2, `${stream} stands behind ${position}, but ${missing} is neither applied nor a dead letter`)
  for (const { stream, seen, sum } of instant.counts)
    if (seen !== sum) tell(8, `${stream}: seen ${seen}, accounted for ${sum}`)
  for (const double of instant.doubles) tell(4, `twice in the map: ${double}`)
  if (before === null) return
  for (const measure of ['watermarks', 'sentVersions', 'epochs'] as const)
    for (const [key, was] of Object.entries(before[measure])) {
      const now = instant[measure][key]
      if (was !== null && now !== undefined && (now ?? -Infinity) < was)
        tell(3, `${measure} of ${key} fell from ${was} to ${now}`)
    }
}

/** Records on the pages before a committed position that the instant knows nothing of. */
function missingBefore(
  stream: string,
  position: string | null,
  instant: Instant,
  log: readonly LogEntry[],
): string[] {
  const missing: string[] = []
  const scope = stream === 'echo' ? 'out-parent' : stream
  let token = position
  while (token !== null) {
    const wanted = token
    const page = log.find((entry) => entry.kind === 'list' && entry.next === wanted)
    if (page === undefined) return [...missing, `the page before ${wanted}`]
    for (const { id, version } of page.rows ?? []) {
      const applied = instant.applied.get(`${scope}|${id}`)
      const isKnown = applied !== undefined && applied >= version
      if (!isKnown && !instant.letters.has(`${stream}|${id}`)) missing.push(`${id} at ${version}`)
    }
    token = page.token ?? null
  }
  return missing
}
