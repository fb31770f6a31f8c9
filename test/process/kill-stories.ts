import type { TrackView } from '#orders'
import { eventually } from '../support/eventually.ts'
import { letOrdersExpire } from '../support/let-time-pass.ts'
import { queryAs } from '../support/test-database.ts'
import { placedOverHttp } from './http-buyer.ts'
import { INVITE_STORIES, type InviteScenario } from './kill-invite-stories.ts'
import {
  ask,
  fromList,
  fromRepeated,
  fromStock,
  insist,
  isTrue,
  newTarget,
  payOrder,
  set,
  type Bought,
  type Scene,
  type Story,
  type Wanted,
} from './kill-story.ts'

/** What happens to the buyers of a cell while a process is killed. */
export type Scenario = ShopScenario | InviteScenario

type ShopScenario =
  /** One order from stock and one from the supplier. */
  | 'sold'
  /** A seat of an account that several buyers share, until shortly before its end. */
  | 'shared'
  /** The supplier takes an order and fails it, so that the money goes back. */
  | 'refunded'
  /** The same, paid where no gateway gives money back: the buyer says where a person shall send it. */
  | 'refund by hand'
  /** Nobody pays. */
  | 'expired'
  /** Paid after the time was over and the goods were somebody else's: the money goes back. */
  | 'paid late'
  /** The buyer changes the way to pay. */
  | 'renewed'
  /** The gateway refuses the first request, so that the order is closed and placed again. */
  | 'gateway refuses'
  /** The supplier refuses the target; the buyer corrects it, takes the money back, or does nothing. */
  | 'corrected'
  | 'declined'
  | 'never corrected'
  /** The supplier executes an order and its answer cannot be read. */
  | 'answer lost'
  /** The same at the supplier that is asked by the same call. */
  | 'repeated'
  /** The same, while somebody else buys for the same target. */
  | 'same target'
  /** The supplier's connection breaks before it executes the order. */
  | 'never arrived'
  /** The supplier takes its time, so that it is asked again and again. */
  | 'supplier slow'
  /** The supplier does not even tell the balance at first. */
  | 'supplier silent'
  /** The supplier takes a success back. */
  | 'taken back'
  /** The gateway does not answer the first refund. */
  | 'refund lost'
  /** It does not for a day. */
  | 'refund overdue'

const VIP_ORDER = { path: '/api/game-feature', body: 'type=order' }
/** Long enough for several questions. */
const SLOW_MS = 2_000
/** Webhooks that found nobody come again within moments. */
const WEBHOOK_SPEED = 1_000

const breaksOrder = (fault: string) => (sandboxes: Record<string, string>) =>
  set(sandboxes, 'vip-reseller', 'faults', [{ match: VIP_ORDER, fault, times: 1 }])

/** The supplier takes the next order and fails it, for a reason that no other target would mend. */
async function failNextOrder(sandboxes: Record<string, string>): Promise<void> {
  const outcome = { status: 'error', note: 'Produk sedang tidak tersedia.', times: 1 }
  await set(sandboxes, 'vip-reseller', 'outcome', outcome)
}

async function refuseNextTarget(sandboxes: Record<string, string>): Promise<void> {
  const outcome = { status: 'refuse', note: 'User ID tidak sesuai.', times: 1 }
  await set(sandboxes, 'vip-reseller', 'outcome', outcome)
}

async function breakRefunds(sandboxes: Record<string, string>, times: number): Promise<void> {
  await set(sandboxes, 'midtrans', 'faults', [{ match: { path: '*/refund' }, fault: 'http_500', times }])
}

/** Once the line waits for its buyer, sends this until it is acknowledged. */
async function answerQuestion(
  scene: Scene,
  path: string,
  body: (one: Bought) => Record<string, unknown>,
): Promise<void> {
  const [one] = scene.bought
  if (one === undefined || scene.noted.has('acknowledged')) return
  const waits = `select state = 'NEEDS_INPUT' from order_lines where order_id = (select id from orders where number = $1)`
  if (await isTrue(scene, waits, [one.order.orderNumber])) scene.noted.add('asked')
  if (!scene.noted.has('asked')) return
  const done = await ask(scene.shop, `/api/track/${one.order.trackingToken}/lines/1/${path}`, body(one))
  if (done !== undefined) scene.noted.add('acknowledged')
}

/** Looks at the pages of the orders while they are not over. */
async function lookAtPages({ shop, bought }: Scene): Promise<void> {
  await Promise.all(bought.map(({ order }) => ask(shop, `/api/track/${order.trackingToken}`)))
}

/** Changes the way to pay until the page shows a QR code, looks at it, pays it and says so. */
async function payAnew({ shop, bought }: Scene): Promise<void> {
  for (const { order } of bought) {
    const path = `/api/track/${order.trackingToken}`
    await insist(shop, `${path}/methods`)
    await eventually(
      'a code to pay',
      async () => {
        const view = (await ask(shop, `${path}/payment`, { method: 'tokopay_qris' })) as TrackView | undefined
        if (view?.payment.qrString !== undefined) return true
        await shop.help()
        // Nobody waits for the process that died while it opened the payment.
        if (shop.deaths.length > 0)
          await queryAs(
            shop.databaseUrl,
            `update payments set created_at = created_at - interval '20 seconds' where state = 'CREATING' and attempt > 1`,
          )
        return false
      },
      { everyMs: 400 },
    )
    await eventually('the code as a picture', async () => {
      const picture = await fetch(`${shop.url}${path}/qr.png`).catch(() => undefined)
      return picture?.status === 200
    })
    const [newest] = await queryAs<{ reference: string }>(
      shop.databaseUrl,
      'select reference from payments order by attempt desc limit 1',
    )
    await set(shop.sandboxes, 'tokopay', 'pay', { ref_id: newest?.reference ?? '' })
    await insist(shop, `${path}/refresh`, {})
  }
}

/** The time to pay ends, somebody else buys the last unit, and then the money comes. */
async function payLate(scene: Scene): Promise<void> {
  const { shop, goods, bought } = scene
  const [late] = bought
  if (late === undefined) throw new Error('nobody buys')
  const number = late.order.orderNumber
  await letOrdersExpire(shop.databaseUrl, [number])
  await eventually('the order to expire', async () => {
    if (await isTrue(scene, `select state = 'EXPIRED' from orders where number = $1`, [number])) return true
    await shop.help()
    return false
  })
  const wanted: Wanted = { item: { sku: goods.last, quantity: 1 }, ends: 'SUCCESS' }
  const other = { ...wanted, order: await placedOverHttp(shop, [wanted.item]) }
  bought.push(other)
  await payOrder(shop, other)
  await set(shop.sandboxes, 'midtrans', 'transition', {
    order_id: late.order.payment.reference,
    transaction_status: 'settlement',
    payment_type: 'gopay',
    force: true,
  })
}

/** The balance is told again once a purchase has waited for it, or a process died over that. */
async function letSpeakAgain(scene: Scene): Promise<void> {
  const { shop, noted } = scene
  const hasWaited = 'select exists (select from supplier_purchases where checks > 0)'
  if (noted.has('speaks') || (shop.deaths.length === 0 && !(await isTrue(scene, hasWaited)))) return
  await set(shop.sandboxes, 'vip-reseller', 'faults', [])
  noted.add('speaks')
}

/** The message comes a moment after the last call, so that the supplier may not be asked at once. */
async function takeBack(scene: Scene): Promise<boolean> {
  const { shop, noted } = scene
  if (!noted.has('taken back')) {
    const [made] = await queryAs<{ id: string }>(
      shop.databaseUrl,
      `update supplier_purchases set asked_at = now() + interval '1 second' returning id`,
    )
    const message = { refId: made?.id ?? '', status: 'Gagal', rc: '74' }
    await set(shop.sandboxes, 'digiflazz', 'finish', message)
    noted.add('taken back')
  }
  return await isTrue(scene, `select count(*) = 1 from journals where kind = 'purchase.reversed'`)
}

/** Four weeks pass for the seat: the buyer is told that it ends. */
async function nearEndOfSeat(scene: Scene): Promise<boolean> {
  if (!scene.noted.has('aged')) {
    await queryAs(
      scene.shop.databaseUrl,
      `with aged as (update shared_seats set expires_at = expires_at - interval '28 days' where state = 'SOLD')
        update deliveries set ends_at = ends_at - interval '28 days', delivered_at = delivered_at - interval '28 days'
          where ends_at is not null`,
    )
    scene.noted.add('aged')
  }
  return await isTrue(scene, `select count(*) = 1 from outbox_events where kind = 'membership.ending'`)
}

async function sayWhere(scene: Scene): Promise<boolean> {
  const [one] = scene.bought
  if (one === undefined || scene.noted.has('acknowledged')) return true
  const account = { bank: 'BCA', number: '1234567890', holder: 'Sari Dewi' }
  const path = `/api/track/${one.order.trackingToken}/refund-account`
  if ((await ask(scene.shop, path, account)) !== undefined) scene.noted.add('acknowledged')
  return scene.noted.has('acknowledged')
}

const supplied: Story['wants'] = (goods) => [fromList(goods)]
const refundedOne: Story['wants'] = (goods) => [fromList(goods, { ends: 'REFUNDED' })]

const SHOP_STORIES: Readonly<Record<ShopScenario, Story>> = {
  sold: { wants: (goods) => [fromStock(goods), fromList(goods)] },
  shared: {
    wants: (goods) => [{ item: { sku: goods.shared, quantity: 1 }, ends: 'SUCCESS' }],
    afterwards: nearEndOfSeat,
  },
  refunded: { wants: refundedOne, before: failNextOrder },
  'refund by hand': {
    wants: (goods) => [fromList(goods, { ends: 'FAILED', paymentMethod: 'tokopay_qris' })],
    before: failNextOrder,
    afterwards: sayWhere,
  },
  expired: {
    wants: (goods) => [{ ...fromStock(goods), ends: 'EXPIRED' }],
    pays: ({ shop, bought }) =>
      letOrdersExpire(
        shop.databaseUrl,
        bought.map(({ order }) => order.orderNumber),
      ),
  },
  'paid late': {
    wants: (goods) => [{ item: { sku: goods.last, quantity: 1 }, ends: 'EXPIRED' }],
    pays: payLate,
    afterwards: (scene) =>
      isTrue(scene, `select count(*) = 1 from payments where booked_to = 'suspense' and state = 'REFUNDED'`),
  },
  renewed: { wants: (goods) => [fromStock(goods)], pays: payAnew },
  'gateway refuses': {
    wants: (goods) => [fromStock(goods)],
    before: (sandboxes) =>
      set(sandboxes, 'midtrans', 'faults', [
        { match: { path: '/snap/v1/transactions' }, fault: 'http_429', times: 1 },
      ]),
  },
  corrected: {
    wants: (goods) => [fromList(goods, { item: fromList(goods).item })],
    before: refuseNextTarget,
    meanwhile: (scene) =>
      answerQuestion(scene, 'input', ({ target = '' }) => ({ input: { user_id: target, zone_id: '2685' } })),
  },
  declined: {
    wants: (goods) => [fromList(goods, { ends: 'REFUNDED', bought: 0 })],
    before: refuseNextTarget,
    meanwhile: (scene) => answerQuestion(scene, 'decline', () => ({})),
  },
  'never corrected': {
    wants: (goods) => [fromList(goods, { ends: 'REFUNDED', bought: 0 })],
    before: refuseNextTarget,
    meanwhile: async ({ shop }) => {
      await queryAs(
        shop.databaseUrl,
        `update order_lines set correct_until = now() - interval '1 second' where state = 'NEEDS_INPUT'`,
      )
    },
  },
  'answer lost': { wants: supplied, before: breaksOrder('truncate') },
  repeated: {
    wants: (goods) => [fromRepeated(goods)],
    before: (sandboxes) =>
      set(sandboxes, 'digiflazz', 'faults', [
        { match: { path: '/v1/transaction' }, fault: 'truncate', times: 1 },
      ]),
  },
  'same target': {
    wants: (goods) => {
      const target = newTarget()
      return [fromList(goods, { bought: 2 }, target), fromList(goods, { bought: 2 }, target)]
    },
    before: breaksOrder('truncate'),
  },
  'never arrived': { wants: supplied, before: breaksOrder('reset'), hurried: true },
  'supplier slow': {
    wants: supplied,
    before: (sandboxes) => set(sandboxes, 'vip-reseller', 'config', { completeAfterMs: SLOW_MS }),
    meanwhile: lookAtPages,
  },
  'supplier silent': {
    wants: supplied,
    before: (sandboxes) =>
      set(sandboxes, 'vip-reseller', 'faults', [{ match: { path: '/api/profile' }, fault: 'http_500' }]),
    meanwhile: letSpeakAgain,
  },
  'taken back': {
    wants: (goods) => [fromRepeated(goods)],
    before: (sandboxes) => set(sandboxes, 'digiflazz', 'config', { speed: WEBHOOK_SPEED }),
    afterwards: takeBack,
  },
  'refund lost': {
    wants: refundedOne,
    before: async (sandboxes) => {
      await failNextOrder(sandboxes)
      await breakRefunds(sandboxes, 1)
    },
  },
  'refund overdue': {
    wants: refundedOne,
    before: async (sandboxes) => {
      await failNextOrder(sandboxes)
      await breakRefunds(sandboxes, 2)
    },
    meanwhile: async ({ shop }) => {
      await queryAs(
        shop.databaseUrl,
        `update refunds set created_at = created_at - interval '24 hours 30 minutes'
          where state = 'UNKNOWN' and created_at > now() - interval '1 day'`,
      )
    },
  },
}

/** The stories that every transaction in the life of an order is reached by. */
export const STORIES: Readonly<Record<Scenario, Story>> = { ...SHOP_STORIES, ...INVITE_STORIES }
