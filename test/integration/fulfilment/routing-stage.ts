import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { startDigiflazzSandbox, type DigiflazzSandbox } from '../../contract/digiflazz-sandbox.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import { startVipSandbox, type VipSandbox } from '../../support/vip-sandbox.ts'
import { setStage, type PurchaseRow, type PurchaseStage } from './purchase-stage.ts'

const WATCHED = /^(I2|I4|I5|I12|I12e|I14|I14c):/
/** What the one SKU of the stage costs at VIP-Reseller (`a`) and at Digiflazz (`b`). */
export const VIP_COST = 20_000
export const DIGI_COST = 20_100
export const MINUTE_MS = 60_000
const TIMEOUTS = { orderMs: 400, readMs: 5_000 }

/** Both suppliers behind one SKU, each with a sandbox, and accounts of their own for every test. */
export type RoutingStage = {
  database: TestDatabase
  vip: VipSandbox
  digiflazz: DigiflazzSandbox
  stage: PurchaseStage
  names: { a: string; b: string }
  /** Numbers the tests of a file. */
  turn: number
  /** Attempts of a line as `a:STATE` and `b:STATE`. */
  boughtBy(lineId: string): Promise<string[]>
  last(lineId: string): Promise<PurchaseRow>
  /** Orders that each supplier keeps money for. */
  charged(): Promise<{ a: number; b: number }>
  setCost(id: string, cost: number): Promise<void>
}

/** Registers the stage with the test file; what it holds is there once a test runs. */
export function useRoutingStage(): RoutingStage {
  const held = { turn: 0 } as RoutingStage
  beforeAll(async () => {
    const [database, vip, digiflazz] = await Promise.all([
      createTestDatabase(12),
      startVipSandbox(),
      startDigiflazzSandbox(),
    ])
    Object.assign(held, { database, vip, digiflazz, ...questionsTo(held) })
  })
  afterAll(async () => {
    await Promise.all([held.vip.stop(), held.digiflazz.stop()])
    await held.database.drop()
  })
  beforeEach(() => setUp(held))
  afterEach(async () => {
    const broken = await checkInvariants(held.database.url)
    expect(broken.filter(({ name }) => WATCHED.test(name))).toEqual([])
  })
  return held
}

async function setUp(held: RoutingStage): Promise<void> {
  const { vip, digiflazz, database } = held
  held.turn += 1
  held.names = { a: `vip-${held.turn}`, b: `digi-${held.turn}` }
  await vip.control('reset', {})
  await digiflazz.control('reset', {})
  await vip.control('config', { webhookUrl: '', completeAfterMs: 0 })
  await digiflazz.control('config', { webhookUrl: '', completeAfterMs: 0 })
  await vip.control('price', { code: 'ML86-S1', price: VIP_COST })
  await digiflazz.control('price', { code: 'ml86', price: DIGI_COST })
  held.stage = await setStage(database, [
    {
      id: held.names.a,
      supplier: vip.connect({ timeouts: TIMEOUTS }).supplier,
      offer: { code: 'ML86-S1', displayName: 'Mobile Legends A - 86 Diamonds', cost: VIP_COST },
    },
    {
      id: held.names.b,
      supplier: digiflazz.connect({ timeouts: TIMEOUTS }).supplier,
      offer: { code: 'ml86', displayName: '', cost: DIGI_COST, targetForm: 'joined' },
    },
  ])
}

type Questions = Pick<RoutingStage, 'boughtBy' | 'last' | 'charged' | 'setCost'>

function questionsTo(held: RoutingStage): Questions {
  return {
    async boughtBy(lineId) {
      const rows = await held.stage.purchases(lineId)
      return rows.map((row) => `${row.supplier === held.names.a ? 'a' : 'b'}:${row.state}`)
    },
    async last(lineId) {
      const row = (await held.stage.purchases(lineId)).at(-1)
      if (row === undefined) throw new Error('no purchase')
      return row
    },
    async charged() {
      const [one, other] = await Promise.all([held.vip.orders(), held.digiflazz.orders()])
      return {
        a: one.orders.filter((order) => order.status !== 'error').length,
        b: other.orders.filter((order) => !order.isRefunded).length,
      }
    },
    async setCost(id, cost) {
      const text = 'update supplier_offers set cost = $2 where supplier = $1'
      await queryAs(held.database.url, text, [id, cost])
    },
  }
}
