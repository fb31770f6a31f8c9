import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import { startVipSandbox, type VipSandbox } from '../../support/vip-sandbox.ts'
import { setPurchaseStage, type PurchaseStage } from './purchase-stage.ts'

/** Lost answers that are tried, spread over accounts of their own so that each balance tells one story at a time. */
const TRIALS = 500
const LANES = 8
/** Orders in the supplier's books after which the answer is lost, and ones that never got there. */
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

/** Between two trials of a lane: older than anything that a purchase looks back to. */
const LONG_AGO_MS = 10 * 86_400_000

type Lane = { sandbox: VipSandbox; stage: PurchaseStage; name: string; startBalance: number }

let database: TestDatabase
let lanes: Lane[]
beforeAll(async () => {
  database = await createTestDatabase(12)
  lanes = await Promise.all(
    Array.from({ length: LANES }, async (_, index) => {
      const sandbox = await startVipSandbox()
      const name = `vip-${index + 1}`
      const stage = await setPurchaseStage(database, sandbox, name)
      return { sandbox, stage, name, startBalance: (await sandbox.orders()).balance }
    }),
  )
})
afterAll(async () => {
  await Promise.all(lanes.map((lane) => lane.sandbox.stop()))
  await database.drop()
})

/** One purchase whose answer is lost. A fresh adapter per trial: the circuit breaker has tests of its own. */
async function runTrial({ sandbox, stage }: Lane, number: number): Promise<void> {
  const fault = FAULTS[number % FAULTS.length] ?? 'timeout_after'
  stage.use(sandbox.connect({ timeouts: { orderMs: 80, readMs: 2_000 } }).supplier)
  await sandbox.control('faults', [
    { match: { body: 'type=order', nth: 1 }, fault },
    { match: { body: 'type=status', probability: 0.2 }, fault: 'html', seed: number },
  ])
  await stage.open(`7${String(number).padStart(7, '0')}1`)
  await stage.drive()
  await stage.advance(LONG_AGO_MS)
}

test(
  `${TRIALS} purchases whose answer is lost: each is bought once, none twice, none lost`,
  { timeout: 180_000 },
  async () => {
    await Promise.all(
      lanes.map(async (lane, index) => {
        for (let number = index; number < TRIALS; number += LANES) await runTrial(lane, number)
      }),
    )
    const states = await queryAs(
      database.url,
      'select state, count(*)::int as purchases from supplier_purchases group by state order by state',
    )
    const charged = (await Promise.all(lanes.map((lane) => lane.sandbox.orders()))).map(
      (books) => books.orders,
    )
    const targets = charged.flat().map((order) => order.target)
    expect(new Set(targets).size).toBe(TRIALS)
    expect(targets).toHaveLength(TRIALS)
    const [doubts] = await queryAs<{ seen: number }>(
      database.url,
      `select count(distinct purchase_id)::int as seen from purchase_history where to_state = 'UNKNOWN'`,
    )
    expect(doubts?.seen).toBeGreaterThanOrEqual(TRIALS)
    expect(states).toContainEqual({ state: 'SUCCEEDED', purchases: TRIALS })
    expect(states.filter(({ state }) => state !== 'SUCCEEDED' && state !== 'NOT_PLACED')).toEqual([])
  },
)

test('the books show what the suppliers charged, to the rupiah', async () => {
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
