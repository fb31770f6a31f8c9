import { expect } from 'vitest'
import type { ShopTiming } from '../../src/jobs/shop.ts'
import { eventually } from '../support/eventually.ts'
import { checkInvariants } from '../support/invariants.ts'
import { queryAs } from '../support/test-database.ts'
import { placedOverHttp } from './http-buyer.ts'
import type { KillPoint } from './kill-points.ts'
import { expectBooksOfOrders, expectPromise, expectToldOnce } from './kill-promises.ts'
import { STORIES } from './kill-stories.ts'
import { payOrder, set, type Bought, type Scene, type Story } from './kill-story.ts'
import type { KillTemplate } from './kill-template.ts'
import { startTendedShop, type TendedShop } from './tended-shop.ts'

/** The providers that a cell needs. */
export const CELL_PROVIDERS = [
  'midtrans',
  'tokopay',
  'vip-reseller',
  'digiflazz',
  'invite',
  'messages',
] as const

const HELP_EVERY_MS = 250
const TIMING: ShopTiming = {
  repeatAfterMs: 300,
  balanceEveryMs: 300,
  invites: { acceptEveryMs: [200, 400], firstLookupMs: 100, lookupEveryMs: 200, removeEveryMs: [200] },
}

/**
 * Kills a process of a fresh shop at one point while orders pass through it, starts it again, and expects what every
 * buyer was promised: what was acknowledged ends as it should, bought once, seated once, paid once, told once.
 */
export async function expectSurvival(
  template: KillTemplate,
  sandboxes: Record<string, string>,
  point: KillPoint,
): Promise<void> {
  const database = await template.copy()
  try {
    await driveOrders(template, sandboxes, point, database.url)
    expect(await checkInvariants(database.url)).toEqual([])
    await expectBooksOfOrders(database.url)
  } finally {
    await database.drop()
  }
}

async function driveOrders(
  template: KillTemplate,
  sandboxes: Record<string, string>,
  point: KillPoint,
  databaseUrl: string,
): Promise<void> {
  const failpoints = point.first === undefined ? [point.failpoint] : [point.first, point.failpoint]
  const story = STORIES[point.by]
  for (const provider of CELL_PROVIDERS) await set(sandboxes, provider, 'reset', {})
  const shop = await startTendedShop({
    template,
    databaseUrl,
    sandboxes,
    failpoints,
    hurried: story.hurried === true,
    timing: TIMING,
  })
  const scene: Scene = { shop, goods: template.goods, bought: [], noted: new Set() }
  try {
    await story.before?.(sandboxes)
    await buyAndPay(scene, story)
    await untilOver(scene, story)
    for (const one of scene.bought) await expectPromise(shop, one)
    await eventually('the process to die where it was told to', async () => {
      await shop.help()
      return shop.deaths.length >= failpoints.length
    })
    expect(shop.deaths).toEqual(expect.arrayContaining(failpoints))
    expect(shop.deaths.filter((death) => !failpoints.includes(death))).toEqual([])
    await untilOver(scene, story)
    for (const one of scene.bought) await expectPromise(shop, one)
    await expectToldOnce(scene, story.isInvitedAgain)
  } catch (error) {
    throw new Error(`${String(error)}\ndeaths: ${shop.deaths.join(', ')}\n${shop.output().slice(-3_000)}`, {
      cause: error,
    })
  } finally {
    await shop.stop()
  }
}

async function buyAndPay(scene: Scene, story: Story): Promise<void> {
  const { shop, goods, bought } = scene
  const placing = story.wants(goods).map(async (wanted): Promise<Bought> => {
    const { item, paymentMethod } = wanted
    const order = await placedOverHttp(shop, [item], paymentMethod === undefined ? {} : { paymentMethod })
    return { ...wanted, order }
  })
  bought.push(...(await Promise.all(placing)))
  if (story.pays === undefined) await Promise.all(bought.map((one) => payOrder(shop, one)))
  else await story.pays(scene)
}

/** Every order has come to its end, what follows it has happened, and everybody was told. */
async function untilOver(scene: Scene, story: Story): Promise<void> {
  const { shop } = scene
  await eventually(
    'every order to be over',
    async () => {
      if (await isOver(scene, story)) return true
      await story.meanwhile?.(scene)
      await shop.help()
      return false
    },
    { everyMs: HELP_EVERY_MS },
  ).catch(async (error: unknown) => {
    throw new Error(`${String(error)}: ${JSON.stringify(await openWork(shop))}`)
  })
}

async function isOver(scene: Scene, story: Story): Promise<boolean> {
  const { shop, bought } = scene
  const numbers = bought.map(({ order }) => order.orderNumber)
  const states = await queryAs<{ number: string; state: string }>(
    shop.databaseUrl,
    'select number, state from orders where number = any ($1)',
    [numbers],
  )
  const areOver = bought.every(({ order, ends }) =>
    states.some(({ number, state }) => number === order.orderNumber && state === ends),
  )
  if (!areOver) return false
  if (story.afterwards !== undefined && !(await story.afterwards(scene))) return false
  const untold = await queryAs(
    shop.databaseUrl,
    `select 1 from messages where state in ('WAITING', 'SENDING')
      union all select 1 from outbox_events where dispatched_at is null`,
  )
  return untold.length === 0
}

async function openWork({ databaseUrl }: TendedShop): Promise<unknown> {
  return await queryAs(
    databaseUrl,
    `select (select jsonb_agg(jsonb_build_array(number, state)) from orders) as orders,
      (select jsonb_agg(jsonb_build_array(supplier, state, failure_code, failure_text, next_check_at)) from supplier_purchases) as purchases,
      (select jsonb_agg(jsonb_build_array(attempt, state, failure_code, next_check_at, due_at)) from invites) as invites,
      (select jsonb_agg(jsonb_build_array(state, detail)) from refunds) as refunds,
      (select jsonb_agg(jsonb_build_array(attempt, state, booked_to)) from payments) as payments,
      (select jsonb_agg(jsonb_build_array(template, channel, state, detail)) from messages where state not in ('SENT')) as messages,
      (select jsonb_agg(kind) from outbox_events where dispatched_at is null) as events`,
  )
}
