import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Supplier } from '../../../src/fulfilment/index.ts'
import { startDigiflazzSandbox, type DigiflazzSandbox } from '../../contract/digiflazz-sandbox.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import { setStage, type PurchaseStage } from './purchase-stage.ts'

/** Lost answers that are tried, spread over accounts of their own. */
const TRIALS = 500
const LANES = 8
/** Purchases in the supplier's books after which the answer is lost, and ones that never got there. */
const FAULTS = [
  'timeout_after',
  'timeout_after',
  'timeout_after',
  'truncate',
  'empty',
  'timeout_before',
  'reset',
  'html',
]
const LONG_AGO_MS = 10 * 86_400_000
const QUARTER_MS = 15 * 60_000
const MINUTE_MS = 60_000

type Lane = { sandbox: DigiflazzSandbox; stage: PurchaseStage; name: string; startBalance: number }

let database: TestDatabase
let lanes: Lane[]
/** When each reference was called, in the time that the stage lets pass. */
const calls = new Map<string, number[]>()

beforeAll(async () => {
  database = await createTestDatabase(12)
  lanes = await Promise.all(Array.from({ length: LANES }, (_, index) => prepare(`digi-${index + 1}`)))
})
afterAll(async () => {
  await Promise.all(lanes.map((lane) => lane.sandbox.stop()))
  await database.drop()
})

async function prepare(name: string): Promise<Lane> {
  const sandbox = await startDigiflazzSandbox()
  await sandbox.control('config', { webhookUrl: '', completeAfterMs: 0 })
  const { supplier } = sandbox.connect()
  const offer = { code: 'ml86', displayName: '', cost: 20_000, targetForm: 'joined' }
  const stage = await setStage(database, [{ id: name, supplier, offer }])
  return { sandbox, stage, name, startBalance: (await sandbox.orders()).balance }
}

/** The adapter, noting when it is called: sandbox and stage go through time together. */
function watched(supplier: Supplier, clock: { ms: number }): Supplier {
  return {
    ...supplier,
    async place(request) {
      const nowMs = clock.ms + performance.now()
      calls.set(request.reference, [...(calls.get(request.reference) ?? []), nowMs])
      return await supplier.place(request)
    },
  }
}

/** One purchase whose answer is lost, with its time from the first call to its end. */
async function runTrial(lane: Lane, number: number): Promise<number> {
  const { sandbox, stage } = lane
  const clock = { ms: 0 }
  const { supplier } = sandbox.connect({ timeouts: { orderMs: 80, readMs: 2_000 } })
  stage.use(watched(supplier, clock))
  await sandbox.control('faults', [
    { match: { path: '/v1/transaction', nth: 1 }, fault: FAULTS[number % FAULTS.length] },
    { match: { path: '/v1/transaction', probability: 0.2 }, fault: 'html', seed: number },
  ])
  await stage.open(`7${String(number).padStart(7, '0')}1`, 1, '2685')
  const ms = await stage.drive((passed) => void (clock.ms += passed))
  await stage.advance(LONG_AGO_MS)
  return ms
}

test(
  `${TRIALS} purchases whose answer is lost: each is bought once, none twice, none lost, none late`,
  { timeout: 120_000 },
  async () => {
    const times: number[] = []
    await Promise.all(
      lanes.map(async (lane, index) => {
        for (let number = index; number < TRIALS; number += LANES) times.push(await runTrial(lane, number))
      }),
    )
    const states = await queryAs(
      database.url,
      'select state, count(*)::int as purchases from supplier_purchases group by state order by state',
    )
    expect(states).toEqual([{ state: 'SUCCEEDED', purchases: TRIALS }])
    const books = await Promise.all(lanes.map((lane) => lane.sandbox.orders()))
    const customers = books.flatMap(({ orders }) => orders.map((order) => order.customer))
    expect(customers).toHaveLength(TRIALS)
    expect(new Set(customers).size).toBe(TRIALS)
    expect(customers.every((customer) => customer.endsWith('12685'))).toBe(true)
    expect(Math.max(...times)).toBeLessThan(QUARTER_MS)
    const gaps = [...calls.values()].flatMap((at) => at.slice(1).map((ms, index) => ms - (at[index] ?? 0)))
    expect(gaps.length).toBeGreaterThanOrEqual(TRIALS)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(MINUTE_MS - 1)
  },
)

test('the books show what the supplier charged, to the rupiah', async () => {
  for (const lane of lanes) {
    const { balance } = await lane.sandbox.orders()
    const [account] = await queryAs<{ balance: string }>(
      database.url,
      'select balance from accounts where code = $1',
      [`supplier:${lane.name}`],
    )
    expect(Number(account?.balance)).toBe(lane.startBalance - balance)
  }
})

test('sabotage: a new reference for every call buys twice', async () => {
  const [lane] = lanes
  if (lane === undefined) throw new Error('no lane')
  const { sandbox, stage } = lane
  await sandbox.control('reset', {})
  await sandbox.control('config', { webhookUrl: '', completeAfterMs: 0 })
  const { supplier } = sandbox.connect({ timeouts: { orderMs: 80, readMs: 2_000 } })
  let made = 0
  stage.use({
    ...supplier,
    place: (request) => supplier.place({ ...request, reference: `${request.reference}-${(made += 1)}` }),
  })
  await sandbox.control('faults', [{ match: { path: '/v1/transaction', nth: 1 }, fault: 'timeout_after' }])
  await stage.open('799999991', 1, '2685')
  await stage.drive()
  expect((await sandbox.orders()).orders).toHaveLength(2)
})
