import { afterAll, beforeAll, expect, test } from 'vitest'
import { assignStock, importStock, releaseStock, reserveStock } from '../../../src/fulfilment/index.ts'
import type { StockNeed } from '../../../src/fulfilment/index.ts'
import { type Actor, violatedConstraint } from '../../../src/platform/database.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import { codeFile, testKeys, writeOrders, writeSku, type TestLine } from './fulfilment-fixture.ts'

const CODES = 60
const BUYERS = 100
const HOLD_MINUTES = 30
const WORKER = { role: 'worker' } as const

type Sku = Awaited<ReturnType<typeof writeSku>>

let database: TestDatabase
const keys = testKeys()
beforeAll(async () => {
  database = await createTestDatabase(24)
})
afterAll(() => database.drop())

async function stockedSku(codes: number): Promise<Sku> {
  const sku = await writeSku(database.url, 'STOCK')
  const imported = await importStock({ db: database.db, keys }, sku.code, codeFile(codes, sku.code), 'test')
  if (!imported.ok) throw new Error(imported.error.code)
  return sku
}

/** A visitor holds units for the lines of one order, which is theirs. */
function visitorOf(lines: readonly TestLine[]): Actor {
  const [line] = lines
  return line === undefined ? { role: 'web' } : { role: 'web', tokenHash: line.tokenHash }
}

/** Holds stock as a checkout does: some buyers give up at the last moment and roll back. */
async function reserve(lines: TestLine[], givesUp = false): Promise<'held' | 'short' | 'gave_up'> {
  const outcome = await database.db.transaction('test.reserve', visitorOf(lines), async (tx) => {
    const reserved = await reserveStock(tx, lines.map(needOf), HOLD_MINUTES)
    if (!reserved.ok) return reserved
    if (!givesUp) return reserved
    await tx.rows({ text: 'select pg_sleep(0.005)' })
    return { ok: false as const, error: 'gave_up' as const }
  })
  if (outcome.ok) return 'held'
  return outcome.error === 'gave_up' ? 'gave_up' : 'short'
}

async function sell(line: TestLine): Promise<'delivered' | 'short'> {
  return await database.db.transaction('test.sell', WORKER, (tx) => assignStock(tx, line, new Date()))
}

/** Delivers, or is stopped by the wall against delivering a unit twice; the audit sees the difference. */
async function trySell(line: TestLine): Promise<void> {
  try {
    await sell(line)
  } catch (error) {
    if (violatedConstraint(error) !== 'deliveries_unit') throw error
  }
}

function needOf({ skuId, quantity, lineId }: TestLine): StockNeed {
  return { skuId, quantity, lineId }
}

type Sale = { lines: TestLine[]; held: TestLine[]; refused: TestLine[] }

/** Parallel buyers of one to three units each; every tenth gives up. Everybody who held stock is then delivered. */
async function rush(sku: Sku): Promise<Sale> {
  const wishes = Array.from({ length: BUYERS }, (_, index) => [{ sku, quantity: 1 + (index % 3) }])
  const lines = (await writeOrders(database.url, wishes, { kind: 'STOCK' })).flat()
  const outcomes = await Promise.all(lines.map((line, index) => reserve([line], index % 10 === 9)))
  const held = lines.filter((_, index) => outcomes[index] === 'held')
  const refused = lines.filter((_, index) => outcomes[index] === 'short')
  await Promise.all(held.map(trySell))
  return { lines, held, refused }
}

type Books = { sold: number; shared: number; wrong: number; free: number }

async function audit(skuId: string): Promise<Books> {
  const [row] = await queryAs<Books>(
    database.url,
    `select
       (select count(*)::int from stock_units where sku_id = $1 and state = 'SOLD') as sold,
       (select count(*)::int from (
          select stock_unit_id from deliveries d join stock_units u on u.id = d.stock_unit_id
          where u.sku_id = $1 group by stock_unit_id having count(*) > 1) twice) as shared,
       (select count(*)::int from order_lines l where l.sku_id = $1
          and (select count(*) from deliveries d where d.line_id = l.id)
            not in (0, l.quantity)) as wrong,
       (select count(*)::int from stock_units where sku_id = $1 and state in ('AVAILABLE', 'RESERVED')) as free`,
    [skuId],
  )
  if (row === undefined) throw new Error('no audit')
  return row
}

/** What must hold after a rush: nothing sold twice, nobody short-changed, nobody refused what is still there. */
async function expectSound(sku: Sku, { held, refused }: Sale): Promise<void> {
  const books = await audit(sku.skuId)
  const promised = held.reduce((sum, line) => sum + line.quantity, 0)
  expect(books).toEqual({ sold: promised, shared: 0, wrong: 0, free: CODES - promised })
  expect(refused.filter((line) => line.quantity <= books.free)).toEqual([])
}

test.each([1, 2, 3, 4, 5])(
  '100 buyers of 1 to 3 for 60 codes, round %i: sold out, none twice, nobody refused too early',
  async () => {
    const sku = await stockedSku(CODES)
    await expectSound(sku, await rush(sku))
  },
)

test('one cart with two lines of the same SKU counts them together', async () => {
  const sku = await stockedSku(5)
  const carts = await writeOrders(
    database.url,
    [
      [
        { sku, quantity: 3 },
        { sku, quantity: 2 },
      ],
      [
        { sku, quantity: 1 },
        { sku, quantity: 5 },
      ],
    ],
    { kind: 'STOCK' },
  )
  const [fits = [], tooMany = []] = carts
  expect(await reserve(tooMany)).toBe('short')
  expect(await reserve(fits)).toBe('held')
  expect(await Promise.all(fits.map(sell))).toEqual(['delivered', 'delivered'])
  expect((await audit(sku.skuId)).free).toBe(0)
})

test('a cart of several SKUs gets all or nothing, and names what is short', async () => {
  const [plenty, scarce] = [await stockedSku(3), await stockedSku(1)]
  const [cart = []] = await writeOrders(
    database.url,
    [
      [
        { sku: plenty, quantity: 2 },
        { sku: scarce, quantity: 2 },
      ],
    ],
    { kind: 'STOCK' },
  )
  const outcome = await database.db.transaction('test.reserve', visitorOf(cart), (tx) =>
    reserveStock(tx, cart.map(needOf), HOLD_MINUTES),
  )
  expect(outcome).toEqual({ ok: false, error: [{ code: 'stock_short', skuId: scarce.skuId }] })
  const held = await queryAs(
    database.url,
    `select 1 from stock_units where sku_id = $1 and state = 'RESERVED'`,
    [plenty.skuId],
  )
  expect(held).toEqual([])
})

test('carts over two SKUs in opposite order do not block each other for good', async () => {
  const [a, b] = [await stockedSku(20), await stockedSku(20)]
  const wishes = Array.from({ length: 30 }, (_, index) => {
    const cart = [
      { sku: a, quantity: 1 },
      { sku: b, quantity: 1 },
    ]
    return index % 2 === 0 ? cart : cart.reverse()
  })
  const carts = await writeOrders(database.url, wishes, { kind: 'STOCK' })
  const outcomes = await Promise.all(carts.map((cart) => reserve(cart)))
  expect(outcomes.filter((outcome) => outcome === 'held')).toHaveLength(20)
})

async function expire(line: TestLine): Promise<void> {
  await queryAs(
    database.url,
    `update stock_units set reserved_until = now() - interval '1 second' where line_id = $1`,
    [line.lineId],
  )
}

test('an expired hold is free for others; its line pays late and is told that the stock is gone', async () => {
  const sku = await stockedSku(2)
  const [[late], [quick]] = (await writeOrders(
    database.url,
    [[{ sku, quantity: 2 }], [{ sku, quantity: 1 }]],
    { kind: 'STOCK' },
  )) as [[TestLine], [TestLine]]
  expect(await reserve([late])).toBe('held')
  expect(await reserve([quick])).toBe('short')
  await expire(late)
  expect(await reserve([quick])).toBe('held')
  expect(await sell(quick)).toBe('delivered')
  expect(await sell(late)).toBe('short')
  expect(await audit(sku.skuId)).toMatchObject({ sold: 1, shared: 0, free: 1 })
})

test('an expired hold that nobody took is still delivered, and one that was taken in part is filled up', async () => {
  const sku = await stockedSku(4)
  const [[first], [second], [third]] = (await writeOrders(
    database.url,
    [[{ sku, quantity: 1 }], [{ sku, quantity: 2 }], [{ sku, quantity: 1 }]],
    { kind: 'STOCK' },
  )) as [[TestLine], [TestLine], [TestLine]]
  await reserve([first])
  await expire(first)
  expect(await sell(first)).toBe('delivered')
  expect(await sell(first)).toBe('delivered')
  await reserve([second])
  await expire(second)
  expect(await reserve([third])).toBe('held')
  expect(await sell(second)).toBe('delivered')
  expect(await sell(third)).toBe('delivered')
  expect(await audit(sku.skuId)).toEqual({ sold: 4, shared: 0, wrong: 0, free: 0 })
})

test('released stock is free again, sold stock is not', async () => {
  const sku = await stockedSku(1)
  const [[one], [two]] = (await writeOrders(database.url, [[{ sku, quantity: 1 }], [{ sku, quantity: 1 }]], {
    kind: 'STOCK',
  })) as [[TestLine], [TestLine]]
  await reserve([one])
  await database.db.transaction('test.release', WORKER, (tx) => releaseStock(tx, [one.lineId]))
  expect(await reserve([two])).toBe('held')
  expect(await sell(two)).toBe('delivered')
  await database.db.transaction('test.release', WORKER, (tx) => releaseStock(tx, [two.lineId]))
  expect(await reserve([one])).toBe('short')
})

/** True when the rush fails the assertions; any other error is the test's own. */
async function breaksRules(sku: Sku): Promise<boolean> {
  const sale = await rush(sku)
  try {
    await expectSound(sku, sale)
    return false
  } catch (error) {
    if (error instanceof Error && error.name === 'AssertionError') return true
    throw error
  }
}

/** Runs `work` with the claim function altered, and puts it back. */
async function withAlteredClaim<T>(alter: (source: string) => string, work: () => Promise<T>): Promise<T> {
  const [row] = await queryAs<{ source: string }>(
    database.url,
    `select pg_get_functiondef('claim_units'::regproc) as source`,
  )
  const source = row?.source ?? ''
  expect(alter(source)).not.toBe(source)
  await queryAs(database.url, alter(source))
  try {
    return await work()
  } finally {
    await queryAs(database.url, source)
  }
}

test('sabotage: a claim without locks breaks the same rules', async () => {
  const withoutLocks = (source: string): string =>
    source.replaceAll('for update skip locked', '').replaceAll('for update', '')
  const broken = await withAlteredClaim(withoutLocks, async () => breaksRules(await stockedSku(CODES)))
  expect(broken).toBe(true)
})

/** One buyer holds the last unit and gives it up once the other one waits for it or has been refused. */
async function contestLastUnit(): Promise<'held' | 'short' | 'gave_up'> {
  const sku = await stockedSku(1)
  const orders = await writeOrders(database.url, [[{ sku, quantity: 1 }], [{ sku, quantity: 1 }]], {
    kind: 'STOCK',
  })
  const [holder, waiter] = orders.flat() as [TestLine, TestLine]
  let contest: Promise<'held' | 'short' | 'gave_up'> | undefined
  await database.db.transaction('test.hold', visitorOf([holder]), async (tx) => {
    await reserveStock(tx, [needOf(holder)], HOLD_MINUTES)
    const { pid } = await tx.one<{ pid: number }>({ text: 'select pg_backend_pid() as pid' })
    let settled = false
    contest = reserve([waiter]).finally(() => (settled = true))
    while (!settled && !(await isBlocking(pid))) continue
    return { ok: false, error: 'gave_up' }
  })
  return (await contest) ?? 'gave_up'
}

async function isBlocking(pid: number): Promise<boolean> {
  const blocked = await queryAs(
    database.url,
    'select 1 from pg_locks where not granted and $1 = any (pg_blocking_pids(pid))',
    [pid],
  )
  return blocked.length > 0
}

test('a buyer who finds the last unit in the hands of another waits for what becomes of it', async () => {
  expect(await contestLastUnit()).toBe('held')
})

test('sabotage: without the waiting pass that buyer is refused while the unit is there', async () => {
  const withoutWaiting = (source: string): string =>
    source.replace('limit v_need.quantity for update', 'limit v_need.quantity for update skip locked')
  expect(await withAlteredClaim(withoutWaiting, contestLastUnit)).toBe('short')
})

test('sabotage: even code that delivers a sold unit again is stopped by the constraint', async () => {
  const sku = await stockedSku(1)
  const [[one], [two]] = (await writeOrders(database.url, [[{ sku, quantity: 1 }], [{ sku, quantity: 1 }]], {
    kind: 'STOCK',
  })) as [[TestLine], [TestLine]]
  await reserve([one])
  await sell(one)
  const again = `insert into deliveries (id, line_id, slot, kind, stock_unit_id)
    select gen_random_uuid(), $1, 1, 'CODE', id from stock_units where sku_id = $2`
  await expect(queryAs(database.url, again, [two.lineId, sku.skuId])).rejects.toMatchObject({
    constraint: 'deliveries_unit',
  })
  await queryAs(database.url, 'alter table deliveries drop constraint deliveries_unit')
  await queryAs(database.url, again, [two.lineId, sku.skuId])
  expect((await audit(sku.skuId)).shared).toBe(1)
})
