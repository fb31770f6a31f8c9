import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkInvariants } from '../../support/invariants.ts'
import type { TestLine } from './fulfilment-fixture.ts'
import { createSharedStage, type SharedSku, type SharedStage } from './shared-fixture.ts'

const BUYERS = 50
/** Four credentials of five seats. */
const SEATS = [5, 5, 5, 5]
const ALL_SEATS = 20

let stage: SharedStage
beforeAll(async () => {
  stage = await createSharedStage(24)
})
afterAll(() => stage.database.drop())

type Rush = { sku: SharedSku; served: TestLine[]; refused: TestLine[] }

/** Buyers of one seat each at the same moment; every tenth gives up. Everybody who held a seat then gets it. */
async function rush(): Promise<Rush> {
  const sku = await stage.sharedSku(SEATS)
  const lines = (await stage.orders(Array.from({ length: BUYERS }, () => [{ sku, quantity: 1 }]))).flat()
  const held = await Promise.all(
    lines.map((line, index) => stage.hold([line], index % 10 === 9 ? hesitate : undefined)),
  )
  const holders = lines.filter((_, index) => held[index])
  const sold = await Promise.all(holders.map((line) => stage.sell(line)))
  return {
    sku,
    served: holders.filter((_, index) => sold[index] === 'delivered'),
    refused: lines.filter((_, index) => !held[index] && index % 10 !== 9),
  }
}

/** Long enough for others to come by. */
async function hesitate(): Promise<void> {
  await stage.query('select pg_sleep(0.005)')
}

type Books = { seats: number; deliveries: number; sharedSeats: number; credentials: number[] }

async function audit({ skuId }: SharedSku): Promise<Books> {
  const [books] = await stage.query<Books>(
    `select
       (select count(*)::int from shared_seats where sku_id = $1 and state = 'SOLD') as seats,
       (select count(*)::int from deliveries d join order_lines l on l.id = d.line_id where l.sku_id = $1) as deliveries,
       (select count(*)::int from (
         select 1 from deliveries d join order_lines l on l.id = d.line_id where l.sku_id = $1
         group by d.credential_id, d.seat_number having count(*) > 1) twice) as "sharedSeats",
       (select array_agg(sold order by sold) from (
         select count(*) filter (where state = 'SOLD')::int as sold from shared_seats where sku_id = $1
         group by credential_id) c) as credentials`,
    [skuId],
  )
  if (books === undefined) throw new Error('no audit')
  return books
}

async function expectSound({ sku, served, refused }: Rush): Promise<void> {
  expect(await audit(sku)).toEqual({
    seats: ALL_SEATS,
    deliveries: ALL_SEATS,
    sharedSeats: 0,
    credentials: SEATS,
  })
  expect(served).toHaveLength(ALL_SEATS)
  expect(refused).toHaveLength(BUYERS - BUYERS / 10 - ALL_SEATS)
}

test.each([1, 2, 3, 4, 5])(
  '50 buyers for 20 seats, round %i: every seat once, nobody refused too early',
  async () => {
    await expectSound(await rush())
  },
)

test('carts of several seats and units are all or nothing', async () => {
  const sku = await stage.sharedSku([3, 3])
  const [big = [], small = []] = await stage.orders([
    [
      { sku, quantity: 4 },
      { sku, quantity: 3 },
    ],
    [
      { sku, quantity: 4 },
      { sku, quantity: 2 },
    ],
  ])
  expect(await stage.hold(big)).toBe(false)
  expect(await stage.taken(sku)).toEqual([0, 0])
  expect(await stage.hold(small)).toBe(true)
  expect(await Promise.all(small.map((line) => stage.sell(line)))).toEqual(['delivered', 'delivered'])
  expect(await stage.taken(sku)).toEqual([3, 3])
})

test('the claim of carts with both kinds of stock does not deadlock', async () => {
  const first = await stage.sharedSku([10])
  const second = await stage.sharedSku([10])
  const wishes = Array.from({ length: 20 }, (_, index) => {
    const both = [
      { sku: first, quantity: 1 },
      { sku: second, quantity: 1 },
    ]
    return index % 2 === 0 ? both : both.toReversed()
  })
  const carts = await stage.orders(wishes)
  const held = await Promise.all(carts.map((cart) => stage.hold(cart)))
  expect(held.filter(Boolean)).toHaveLength(10)
  expect([await stage.taken(first), await stage.taken(second)]).toEqual([[10], [10]])
})

/** Runs `work` with a function altered, and puts it back. */
async function withAltered<T>(
  name: string,
  alter: (source: string) => string,
  work: () => Promise<T>,
): Promise<T> {
  const [row] = await stage.query<{ source: string }>(
    `select pg_get_functiondef('${name}'::regproc) as source`,
  )
  const source = row?.source ?? ''
  expect(alter(source)).not.toBe(source)
  await stage.query(alter(source))
  try {
    return await work()
  } finally {
    await stage.query(source)
  }
}

async function breaksRules(): Promise<boolean> {
  try {
    await expectSound(await rush())
    return false
  } catch (error) {
    if (error instanceof Error && error.name === 'AssertionError') return true
    throw error
  }
}

test('sabotage: a claim without locks breaks the same rules', async () => {
  const withoutLocks = (source: string): string =>
    source
      .replaceAll('for update of s skip locked', '')
      .replaceAll('for update of s', '')
      .replace('perform hold_seats', 'perform pg_sleep(0.01); perform hold_seats')
  expect(await withAltered('claim_seats', withoutLocks, breaksRules)).toBe(true)
})

test('sabotage: without the waiting pass a buyer is refused while a seat comes back', async () => {
  const onePass = (source: string): string => source.replace('in 1..2 loop', 'in 1..1 loop')
  expect(await withAltered('claim_seats', onePass, refusesEarly)).toBe(true)
  expect(await refusesEarly()).toBe(false)
})

/** One buyer holds the only seat in a transaction that will roll back; does another one wait for it? */
async function refusesEarly(): Promise<boolean> {
  const sku = await stage.sharedSku([1])
  const [leaver, waiter] = await Promise.all([stage.line(sku), stage.line(sku)])
  const { resolve: noteHold, promise: isHeld } = Promise.withResolvers<void>()
  const { resolve: letGo, promise: gone } = Promise.withResolvers<void>()
  const leaving = stage.hold([leaver], async () => {
    noteHold()
    await gone
  })
  await isHeld
  const waiting = stage.hold([waiter])
  await stage.endsOrWaits(waiting)
  letGo()
  await leaving
  const got = await waiting
  return !got
}

test('the rules of the whole database hold after all of it', async () => {
  await stage.query(
    `update order_lines l set state = 'DELIVERED'
     where (select count(*) from deliveries d where d.line_id = l.id) = l.quantity`,
  )
  const { sku, served } = await rush()
  const rules = async () =>
    (await checkInvariants(stage.database.url)).flatMap(({ name }) => name.split(':')[0] ?? [])
  const seatRules = async () => (await rules()).filter((rule) => /^I4[bcd]$/.test(rule))
  // The sabotaged rounds broke them; this SKU alone counts.
  await stage.query(
    `delete from deliveries where credential_id in (select id from shared_credentials where sku_id <> $1)`,
    [sku.skuId],
  )
  await stage.query(
    `update shared_seats set state = 'FREE', line_id = null, held_until = null, expires_at = null where sku_id <> $1`,
    [sku.skuId],
  )
  expect(await seatRules()).toEqual([])
  await stage.query(`update shared_seats set line_id = $1 where line_id = $2`, [
    served[0]?.lineId,
    served[1]?.lineId,
  ])
  expect(await seatRules()).toEqual(['I4b', 'I4c'])
  await stage.query(`update shared_credentials set seats = seats - 1 where sku_id = $1`, [sku.skuId])
  expect(await seatRules()).toEqual(['I4b', 'I4c', 'I4d'])
})
