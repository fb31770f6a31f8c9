import { afterEach, expect, test } from 'vitest'
import type { PullStream } from '../../../src/sync/connection.ts'
import { defineStream } from '../../../src/sync/connection.ts'
import type { SyncDeps } from '../../../src/sync/sync-deps.ts'
import { requestRun } from '../../../src/sync/runs/request-run.ts'
import { wantPush } from '../../../src/sync/push/want-push.ts'
import { workStream } from '../../../src/sync/work-stream.ts'
import { ok } from '../../../src/shared/result.ts'
import type { Thing } from '../../support/push-provider.ts'
import { CONNECTION, startPushBench, STREAM, type PushBench } from './push-fixture.ts'

let bench: PushBench
afterEach(() => bench.stop())

const PULL = 'things-in'
let version = 0

/** The same records coming back; what it writes is wished to be sent again, as in a two-way synchronisation. */
function pullStream(): PullStream<Thing> {
  type Row = { id: string; name: string; amount: number }
  return {
    kind: 'pull',
    name: PULL,
    entity: 'thing',
    mappingVersion: 1,
    fields: { name: 'source', amount: 'source' },
    hasChanges: false,
    source: {
      fetchPage: async () =>
        await Promise.resolve(
          ok({
            rows: [...bench.provider.records].map(([id, { content }]) => ({ id, ...content })),
            next: null,
          }),
        ),
      read: (raw) => {
        const { id, name, amount } = raw as Row
        return ok({
          externalId: id,
          version: new Date(Date.UTC(2026, 0, 1, 0, 0, version)),
          value: { name, amount },
        })
      },
    },
    async load(tx, localIds) {
      const rows = await tx.rows<Row>({
        text: 'select id, name, amount from things where id = any ($1)',
        values: [localIds],
      })
      return new Map(rows.map(({ id, name, amount }) => [id, { name, amount }]))
    },
    async write(tx, rows) {
      for (const { localId, value } of rows) {
        await tx.count({
          text: `insert into things (id, name, amount) values ($1, $2, $3)
            on conflict (id) do update set name = excluded.name, amount = excluded.amount`,
          values: [localId, value.name, value.amount],
        })
        await wantPush(tx, bench.deps, { connection: CONNECTION, stream: STREAM, localId })
      }
    },
    remove: async () => {
      throw new Error('nothing is gone in these tests')
    },
  }
}

async function pull(): Promise<Record<string, unknown> | undefined> {
  const connection = bench.deps.connections.get(CONNECTION)
  const streams = [...(connection?.streams ?? []), defineStream(pullStream())]
  const deps: SyncDeps = {
    ...bench.deps,
    connections: new Map([[CONNECTION, { name: CONNECTION, schedules: [], streams }]]),
  }
  await bench.query('insert into sync_streams (connection, stream) values ($1, $2) on conflict do nothing', [
    CONNECTION,
    PULL,
  ])
  const asked = await requestRun(deps, {
    connection: CONNECTION,
    streams: [PULL],
    trigger: 'manual',
    kind: 'live',
    mode: 'full',
  })
  if (!asked.ok) throw new Error(asked.error.code)
  await workStream(deps, CONNECTION, PULL, new AbortController().signal)
  const [pass] = await bench.query<Record<string, unknown>>(
    `select state, seen::int, created::int, updated::int, unchanged::int from sync_passes where run_id = $1`,
    [asked.value.runId],
  )
  return pass
}

async function begin(): Promise<string> {
  bench = await startPushBench({ honoursKeys: true, canFind: true })
  const id = await bench.add('ours')
  await bench.settle()
  version += 1
  return id
}

test('what was pushed comes back as no change', async () => {
  const id = await begin()
  expect(await pull()).toEqual({ state: 'succeeded', seen: 1, created: 0, updated: 0, unchanged: 1 })
  await bench.edit(id, 'ours, edited')
  await bench.settle()
  version += 1
  expect(await pull()).toEqual({ state: 'succeeded', seen: 1, created: 0, updated: 0, unchanged: 1 })
  expect(await bench.query('select name from things')).toEqual([{ name: 'ours, edited' }])
})

test('edits on both sides settle within two cycles, and an echo costs no call', async () => {
  await begin()
  for (const record of bench.provider.records.values()) record.content['name'] = 'theirs'
  bench.provider.calls.length = 0
  expect(await pull()).toMatchObject({ updated: 1 })
  await bench.settle()
  expect(bench.provider.calls, 'the pulled content is what they have').toEqual([])
  version += 1
  expect(await pull()).toMatchObject({ updated: 0, unchanged: 1 })
  expect(await bench.query('select name from things')).toEqual([{ name: 'theirs' }])
})

test('their edit back to an older content is taken', async () => {
  const id = await begin()
  await bench.edit(id, 'second')
  await bench.settle()
  for (const record of bench.provider.records.values()) record.content['name'] = 'ours'
  version += 1
  expect(await pull()).toMatchObject({ updated: 1 })
  expect(await bench.query('select name from things')).toEqual([{ name: 'ours' }])
})
