import { createHttpClient, parseJson } from '../../src/platform/http-client.ts'
import type { Tx } from '../../src/platform/database.ts'
import { err, ok, type Result } from '../../src/shared/result.ts'
import type { PullStream, RecordWrite } from '../../src/sync/index.ts'
import type { InboundSource, Page, Rejection, SourceFailure, SourceRecord } from '../../src/sync/ports.ts'
import { queryAs } from './test-database.ts'

/** A record of the tests; `parent` names another item, `tag` belongs to a rule of ours. */
export type Item = { name: string; price: number; note: string | null; parent: string | null; tag: string }

/** Creates the domain table of the tests. */
export async function createItemTable(url: string): Promise<void> {
  await queryAs(
    url,
    `create table test_items (
      id uuid primary key, name text not null, price bigint not null, note text, parent text, parent_id uuid,
      tag text not null, active boolean not null default true);
    call lapak_protect('test_items');
    grant select, insert, update on test_items to lapak_worker`,
  )
}

/** The items of a provider as a source, over the client that real adapters use. */
export function itemSource(baseUrl: string): InboundSource<Item> {
  const client = createHttpClient({
    name: 'items',
    concurrency: 4,
    queue: 100,
    breakAfter: 1_000,
    halfOpenAfterMs: 10,
  })
  async function get(query: URLSearchParams): Promise<Result<Page, SourceFailure>> {
    const outcome = await client.send({
      method: 'GET',
      url: `${baseUrl}/items?${query.toString()}`,
      timeoutMs: 5_000,
    })
    if (outcome.kind !== 'answered') return err({ code: 'transient', detail: outcome.reason })
    const wait = Number(outcome.headers.get('retry-after') ?? Number.NaN)
    if (outcome.status === 429)
      return err({
        code: 'throttled',
        detail: '429',
        ...(Number.isNaN(wait) ? {} : { retryAfterMs: wait * 1000 }),
      })
    if (outcome.status === 401) return err({ code: 'account', detail: 'token refused' })
    if (outcome.status === 410) return err({ code: 'position_lost', detail: 'page token expired' })
    if (outcome.status !== 200) return err({ code: 'transient', detail: `status ${outcome.status}` })
    const body = parseJson(outcome.body) as { rows?: unknown; next?: unknown } | undefined
    if (!Array.isArray(body?.rows)) return err({ code: 'malformed', detail: 'no rows' })
    return ok({ rows: body.rows, next: typeof body.next === 'string' ? body.next : null })
  }
  return {
    fetchPage: ({ mode, from, to, position }) => {
      const query = new URLSearchParams()
      if (mode === 'window' && from !== null) {
        query.set('from', from.toISOString())
        query.set('to', to.toISOString())
      }
      if (position !== null) query.set('position', position)
      return get(query)
    },
    read: readItem,
    async fetchRecords(externalIds) {
      const page = await get(new URLSearchParams({ ids: externalIds.join(',') }))
      return page.ok ? ok(page.value.rows) : page
    },
  }
}

function readItem(raw: unknown): Result<SourceRecord<Item>, Rejection> {
  if (typeof raw !== 'object' || raw === null) return err({ code: 'not_an_object', detail: 'no fields' })
  const { id, name, price, note, parent, tag, updatedAt } = raw as Record<string, unknown>
  if (typeof id !== 'string') return err({ code: 'no_id', detail: 'id is not text' })
  if (typeof name !== 'string') return err({ code: 'bad_name', detail: 'name is not text', externalId: id })
  if (!Number.isSafeInteger(price))
    return err({ code: 'bad_price', detail: 'price is not whole', externalId: id })
  return ok({
    externalId: id,
    version: typeof updatedAt === 'string' ? new Date(updatedAt) : null,
    value: {
      name,
      price: price as number,
      note: typeof note === 'string' ? note : null,
      parent: typeof parent === 'string' ? parent : null,
      tag: typeof tag === 'string' ? tag : 'none',
    },
  })
}

/** The stream of the tests. `items` are the records; their tags are a rule's, their parents items themselves. */
export function itemStream(source: InboundSource<Item>, over: Partial<PullStream<Item>> = {}): PullStream {
  const stream: PullStream<Item> = {
    kind: 'pull',
    name: 'items',
    entity: 'item',
    mappingVersion: 1,
    fields: { name: 'source', price: 'source', note: 'source', parent: 'source', tag: 'rule' },
    source,
    hasChanges: true,
    parents: { parent: 'item' },
    timing: { lookbackSeconds: 60, safetyLagSeconds: 0 },
    load: loadItems,
    write: writeItems,
    async remove(tx, localIds) {
      await tx.count({
        text: 'update test_items set active = false where id = any ($1::uuid[])',
        values: [`{${localIds.join(',')}}`],
      })
    },
    ...over,
  }
  return stream
}

async function loadItems(tx: Tx, localIds: readonly string[]): Promise<Map<string, Item>> {
  const rows = await tx.rows<Item & { id: string }>({
    text: 'select id, name, price, note, parent, tag from test_items where id = any ($1::uuid[])',
    values: [`{${localIds.join(',')}}`],
  })
  return new Map(rows.map(({ id, ...item }) => [id, item]))
}

async function writeItems(tx: Tx, rows: readonly RecordWrite<Item>[]): Promise<void> {
  await tx.count({
    text: `insert into test_items (id, name, price, note, parent, parent_id, tag)
      select id, name, price, note, parent, parent_id, tag from jsonb_to_recordset($1)
        as r (id uuid, name text, price bigint, note text, parent text, parent_id uuid, tag text)
      on conflict (id) do update set name = excluded.name, price = excluded.price, note = excluded.note,
        parent = excluded.parent, parent_id = excluded.parent_id, tag = excluded.tag, active = true`,
    values: [
      JSON.stringify(
        rows.map(({ localId, value, parents }) => ({
          id: localId,
          ...value,
          parent_id: parents['parent'] ?? null,
        })),
      ),
    ],
  })
}
