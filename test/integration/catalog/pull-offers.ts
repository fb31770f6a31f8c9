import { createHash } from 'node:crypto'
import { offerStream } from '../../../src/catalog/sync/supplier-stream.ts'
import type { OfferValue } from '../../../src/catalog/sync/offer-value.ts'
import type { CatalogueFailure, OfferRow } from '../../../src/catalog/ports.ts'
import type { Database, Tx } from '../../../src/platform/database.ts'
import { newId } from '../../../src/platform/ids.ts'
import { createLog } from '../../../src/platform/log.ts'
import { repriceSkus } from '../../../src/pricing/index.ts'
import { err, ok } from '../../../src/shared/result.ts'
import type { PullStream, RecordWrite, WriteContext } from '../../../src/sync/index.ts'
import type { Rejection, SourceRecord } from '../../../src/sync/ports.ts'

export type PullOptions = {
  supplier?: string
  orderable?: boolean
  /** The database's time of the page, where a test moves it. */
  now?: Date
  reprice?: typeof repriceSkus
}

export type Pulled = {
  runId: string
  created: number
  updated: number
  unchanged: number
  deleted: number
  rejected: Rejection[]
}

type Known = { external_id: string; local_id: string; content_hash: string | null; gone: boolean }

/** The row of a made-up offer: 86 diamonds of Mobile Legends for 20.000 unless told otherwise. */
export function offerRow(code: string, changes: Partial<OfferRow> = {}): OfferRow {
  const row = {
    code,
    family: 'Mobile Legends A',
    name: '86 Diamonds',
    cost: 20_000,
    route: '1',
    available: true,
    ...changes,
  }
  return { displayName: `${row.family} - ${row.name}`, ...row }
}

/**
 * One complete pull of a list through the stream of a supplier, in one transaction: what belongs to the domain, without
 * the engine's checkpoints, leases and safety valve, which have tests of their own.
 */
export async function pullOffers(
  db: Database,
  list: readonly OfferRow[] | CatalogueFailure,
  options: PullOptions = {},
): Promise<Pulled> {
  const connection = options.supplier ?? 'vip-reseller'
  const stream = offerStream(
    {
      reprice: options.reprice ?? repriceSkus,
      log: createLog('silent'),
      orderable: options.orderable ?? true,
    },
    {
      supplier: connection,
      fetchOffers: async () => ('code' in list ? err(list) : ok([...list])),
      fetchBalance: async () => ok({ balance: 1, tier: 'basic' }),
    },
  )
  const page = await stream.source.fetchPage({
    mode: 'full',
    from: null,
    to: new Date(),
    position: null,
    signal: new AbortController().signal,
  })
  if (!page.ok) throw new Error(page.error.code)
  const records: SourceRecord<OfferValue>[] = []
  const rejected: Rejection[] = []
  for (const row of page.value.rows) {
    const read = stream.source.read(row)
    if (read.ok) records.push(read.value)
    else rejected.push(read.error)
  }
  return db.transaction('test.pull', { role: 'worker' }, async (tx) => {
    const { now } = await tx.one<{ now: Date }>({ text: 'select now()' })
    const context = { runId: newId(), connection, stream: 'offers', now: options.now ?? now }
    const known = await loadKnown(tx, connection)
    const writes = await planWrites(tx, stream, records, known)
    if (writes.length > 0) await stream.write(tx, writes, context)
    for (const { externalId, localId, value } of writes) {
      await note(tx, connection, { externalId, localId, hash: hashOf(value) })
    }
    const present = new Set([...records, ...rejected].map((entry) => entry.externalId))
    const gone = [...known.values()].filter((record) => !record.gone && !present.has(record.external_id))
    await dropGone(tx, stream, gone, context)
    const created = writes.filter((write) => write.isNew).length
    return {
      runId: context.runId,
      created,
      updated: writes.length - created,
      unchanged: records.length - writes.length,
      deleted: gone.length,
      rejected,
    }
  })
}

/** What is new, was gone, or differs from what was last applied. */
async function planWrites(
  tx: Tx,
  stream: PullStream<OfferValue>,
  records: readonly SourceRecord<OfferValue>[],
  known: ReadonlyMap<string, Known>,
): Promise<RecordWrite<OfferValue>[]> {
  const changed = records.filter(({ externalId, value }) => {
    const record = known.get(externalId)
    return record === undefined || record.gone || record.content_hash !== hashOf(value)
  })
  const ids = changed.flatMap(({ externalId }) => known.get(externalId)?.local_id ?? [])
  const before = await stream.load(tx, ids)
  return changed.map(({ externalId, value }) => {
    const localId = known.get(externalId)?.local_id ?? newId()
    const isNew = !known.has(externalId)
    return { externalId, localId, isNew, value, before: before.get(localId) ?? null, parents: {} }
  })
}

async function dropGone(
  tx: Tx,
  stream: PullStream<OfferValue>,
  gone: readonly Known[],
  context: WriteContext,
): Promise<void> {
  if (gone.length === 0) return
  await stream.remove(
    tx,
    gone.map((record) => record.local_id),
    context,
  )
  await tx.count({
    text: 'update sync_records set gone_at = now() where connection = $1 and external_id = any($2::text[])',
    values: [context.connection, gone.map((record) => record.external_id)],
  })
}

async function loadKnown(tx: Tx, connection: string): Promise<Map<string, Known>> {
  const rows = await tx.rows<Known>({
    text: `select external_id, local_id, content_hash, gone_at is not null as gone from sync_records
      where connection = $1 and entity = 'offer'`,
    values: [connection],
  })
  return new Map(rows.map((row) => [row.external_id, row]))
}

async function note(
  tx: Tx,
  connection: string,
  record: { externalId: string; localId: string; hash: string },
): Promise<void> {
  await tx.count({
    text: `insert into sync_records (connection, entity, external_id, local_id, content_hash) values ($1, 'offer', $2, $3, $4)
      on conflict (connection, entity, external_id) do update set content_hash = excluded.content_hash, gone_at = null`,
    values: [connection, record.externalId, record.localId, record.hash],
  })
}

function hashOf(value: OfferValue): string {
  const hex = createHash('md5').update(JSON.stringify(value)).digest('hex')
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5')
}
