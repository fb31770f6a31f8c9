import type { Tx } from '../../../src/platform/database.ts'
import {
  defineStream,
  type Connection,
  type PullStream,
  type RateLimit,
  type RecordWrite,
} from '../../../src/sync/index.ts'
import { fakeSource, fakeTarget, type FakeSystem, type Help, type PushedValue } from './fake-source.ts'

export type ParentValue = { name: string; price: number; tier: string }
export type ChildValue = { name: string; price: number; parent: string }
export type EchoValue = { name: string; price: number }

/** What a seed decides about the connection. */
export type FakeOptions = { help: Help; rate: RateLimit; hasEcho: boolean; maxSpanSeconds: number }

/** The name of the one connection of the property test. */
export const CONNECTION = 'fake'
/** Wide enough for the provider's clock, the grain of its versions and rows that arrive late. */
export const LOOKBACK_SECONDS = 5

/** Two pulled streams, two pushed ones, and on request the first pushed one pulled back. */
export function fakeConnection(system: FakeSystem, options: FakeOptions): Connection {
  const streams = [
    defineStream(parentStream(system, options)),
    defineStream(childStream(system, options)),
    pushStream(system, options, 'parent'),
    pushStream(system, options, 'child'),
  ]
  if (options.hasEcho) streams.push(defineStream(echoStream(system, options)))
  return { name: CONNECTION, streams, schedules: [] }
}

type Pulled = Pick<PullStream, 'kind' | 'mappingVersion' | 'hasChanges' | 'rate' | 'timing'>

function pulled({ rate, maxSpanSeconds }: FakeOptions): Pulled {
  return {
    kind: 'pull',
    mappingVersion: 1,
    hasChanges: true,
    rate,
    timing: { lookbackSeconds: LOOKBACK_SECONDS, safetyLagSeconds: 0, maxSpanSeconds },
  }
}

function parentStream(system: FakeSystem, options: FakeOptions): PullStream<ParentValue> {
  return {
    ...pulled(options),
    name: 'parents',
    entity: 'parent',
    // The provider decides everything but the tier, which our own rules own after the first time.
    fields: { name: 'source', price: 'source', tier: 'rule' },
    source: fakeSource(system, 'parents', ({ name }, price) => ({ name, price, tier: `tier ${price % 3}` })),
    async load(tx, localIds) {
      const rows = await tx.rows<ParentValue & { id: string }>({
        text: 'select id, name, price, tier from test_parents where id = any ($1)',
        values: [localIds],
      })
      return new Map(rows.map(({ id, ...value }) => [id, value]))
    },
    async write(tx, rows) {
      await tx.count({
        text: `insert into test_parents (id, external_id, name, price, tier)
          select * from unnest ($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::text[])
          on conflict (id) do update set name = excluded.name, price = excluded.price, tier = excluded.tier, is_active = true`,
        values: [...idsOf(rows), column(rows, 'name'), column(rows, 'price'), column(rows, 'tier')],
      })
    },
    remove: (tx, localIds) => takeOutOfUse(tx, 'test_parents', localIds),
  }
}

function childStream(system: FakeSystem, options: FakeOptions): PullStream<ChildValue> {
  return {
    ...pulled(options),
    name: 'children',
    entity: 'child',
    fields: { name: 'source', price: 'source', parent: 'source' },
    after: ['parents'],
    parents: { parent: 'parent' },
    source: fakeSource(system, 'children', ({ name, parent }, price) => ({
      name,
      price,
      parent: parent ?? '',
    })),
    async load(tx, localIds) {
      const rows = await tx.rows<ChildValue & { id: string }>({
        text: `select c.id, c.name, c.price, p.external_id as parent
          from test_children c join test_parents p on p.id = c.parent_id where c.id = any ($1)`,
        values: [localIds],
      })
      return new Map(rows.map(({ id, ...value }) => [id, value]))
    },
    async write(tx, rows) {
      await tx.count({
        text: `insert into test_children (id, external_id, name, price, parent_id)
          select * from unnest ($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::uuid[])
          on conflict (id) do update
          set name = excluded.name, price = excluded.price, parent_id = excluded.parent_id, is_active = true`,
        values: [
          ...idsOf(rows),
          column(rows, 'name'),
          column(rows, 'price'),
          rows.map(({ parents }) => parents['parent']),
        ],
      })
    },
    remove: (tx, localIds) => takeOutOfUse(tx, 'test_children', localIds),
  }
}

function echoStream(system: FakeSystem, options: FakeOptions): PullStream<EchoValue> {
  return {
    ...pulled(options),
    name: 'echo',
    entity: 'out-parent',
    fields: { name: 'source', price: 'source' },
    after: ['out-parents'],
    source: fakeSource(system, 'out-parents', ({ name }, price) => ({ name, price })),
    async load(tx, localIds) {
      const rows = await tx.rows<EchoValue & { id: string }>({
        text: 'select id, name, price from test_pushed where id = any ($1)',
        values: [localIds],
      })
      return new Map(rows.map(({ id, ...value }) => [id, value]))
    },
    async write(tx, rows) {
      await tx.count({
        text: `insert into test_pushed (id, kind, name, price, revision)
          select id, 'parent', name, price, 0 from unnest ($1::uuid[], $2::text[], $3::bigint[]) r(id, name, price)
          on conflict (id) do update set name = excluded.name, price = excluded.price`,
        values: [rows.map(({ localId }) => localId), column(rows, 'name'), column(rows, 'price')],
      })
    },
    remove: () => Promise.resolve(),
  }
}

function pushStream(system: FakeSystem, options: FakeOptions, kind: 'parent' | 'child') {
  const isChild = kind === 'child'
  return defineStream<PushedValue>({
    kind: 'push',
    name: isChild ? 'out-children' : 'out-parents',
    entity: `out-${kind}`,
    mappingVersion: 1,
    fields: { name: 'source', price: 'source', revision: 'source', reference: 'source' },
    target: fakeTarget(system, isChild ? 'out-children' : 'out-parents', options.help),
    rate: options.rate,
    ...(isChild ? { after: ['out-parents'], parent: 'out-parent' } : {}),
    async load(tx, localId) {
      const row = await tx.maybe<Omit<PushedValue, 'reference'> & { parentId: string | null }>({
        text: 'select name, price, revision, parent_id as "parentId" from test_pushed where id = $1',
        values: [localId],
      })
      if (row === undefined) return undefined
      const { parentId, ...fields } = row
      return { value: { ...fields, reference: localId }, parentId }
    },
  })
}

function idsOf(rows: readonly RecordWrite[]): [string[], string[]] {
  return [rows.map(({ localId }) => localId), rows.map(({ externalId }) => externalId)]
}

function column<Value extends Readonly<Record<string, unknown>>>(
  rows: readonly { value: Value }[],
  field: keyof Value,
): unknown[] {
  return rows.map(({ value }) => value[field])
}

async function takeOutOfUse(
  tx: Tx,
  table: 'test_parents' | 'test_children',
  ids: readonly string[],
): Promise<void> {
  await tx.count({ text: `update ${table} set is_active = false where id = any ($1)`, values: [ids] })
}
