import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { checkInvariants } from '../support/invariants.ts'
import { queryAs } from '../support/test-database.ts'
import { openMixedShop, type MixedShop } from './mixed-shop.ts'

const IS_NIGHT = process.env['LAPAK_NIGHTLY'] === '1'
/** Buyers in all, and of one wave: as many are on their way at the same time. */
const ORDERS = IS_NIGHT ? 1_000 : 96
const WAVE = 24
const LONGEST_MS = IS_NIGHT ? 1_500_000 : 150_000

let shop: MixedShop

beforeAll(async () => {
  shop = await openMixedShop(ORDERS)
}, 120_000)
afterAll(() => shop.close())

/** Orders that are neither over nor in front of a person. */
const UNFINISHED = `select o.number, o.state, array_agg(l.delivery_kind || ' ' || l.state) as lines,
    (select jsonb_agg(to_jsonb(p)) from supplier_purchases p where p.line_id = any (array_agg(l.id))) as purchases,
    (select jsonb_agg(to_jsonb(i) - 'email') from invites i where i.line_id = any (array_agg(l.id))) as invites
  from orders o join order_lines l on l.order_id = o.id
  where o.number = any ($1) and o.state in ('PENDING', 'WAITING_PAYMENT', 'PROCESSING')
    and not exists (select from supplier_purchases p where p.line_id = l.id and p.state = 'MANUAL')
    and not exists (select from invites i where i.line_id = l.id and i.state = 'MANUAL')
    and l.state <> 'NEEDS_INPUT'
  group by o.id`

const OPEN_MESSAGES = `select state, template, channel, detail from messages where state in ('WAITING', 'SENDING')
  union all select 'event', kind, null, null from outbox_events where dispatched_at is null`

test(
  `${ORDERS} mixed orders while web, worker and PostgreSQL are killed and every twentieth call fails`,
  async () => {
    const numbers: string[] = []
    const killing = shop.killUntilStopped()
    try {
      for (let first = 0; first < ORDERS; first += WAVE) {
        const wave = Array.from({ length: Math.min(WAVE, ORDERS - first) }, (_, index) => first + index)
        numbers.push(...(await Promise.all(wave.map((buyer) => shop.buy(buyer)))))
        // On a fast machine all would be over before the first death: each wave is followed by one while it is served.
        await killing.died(first / WAVE + 1)
      }
    } finally {
      await killing.stop()
    }
    const { web, worker, database } = killing.kills()
    expect(Math.min(web, worker, database), 'each of them died').toBeGreaterThan(0)
    await shop.calm()

    let unfinished: unknown[] = []
    await eventually(
      'every order to be over or in front of a person',
      async () => {
        unfinished = await queryAs(shop.databaseUrl, UNFINISHED, [numbers])
        if (unfinished.length > 0) await shop.help()
        return unfinished.length === 0
      },
      { deadlineMs: 60_000, everyMs: 250 },
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${JSON.stringify(unfinished)}\n${shop.output().slice(-6_000)}`)
    })
    let open: unknown[] = []
    await eventually(
      'every message to have gone out',
      async () => {
        open = await queryAs(shop.databaseUrl, OPEN_MESSAGES)
        if (open.length > 0) await shop.help()
        return open.length === 0
      },
      { deadlineMs: 60_000, everyMs: 250 },
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${JSON.stringify(open)}`)
    })
    expect(await checkInvariants(shop.databaseUrl)).toEqual([])
    expect(await shop.doubleMessages()).toEqual([])
    expect(await shop.doublePurchases()).toEqual([])
    expect(await shop.seatBreaches()).toEqual({ quota: 0, doubleSeats: 0 })
    const shown = await shop.shownCodes(numbers)
    expect(new Set(shown).size).toBe(shown.length)
    const [ended] = await queryAs<{ delivered: number; refunded: number }>(
      shop.databaseUrl,
      `select count(*) filter (where state in ('SUCCESS', 'PARTIAL'))::int as delivered,
      count(*) filter (where state in ('FAILED', 'REFUNDED'))::int as refunded from orders where number = any ($1)`,
      [numbers],
    )
    // Faults and kills must not turn into refunds: most buyers have what they paid for.
    expect(ended?.delivered).toBeGreaterThan(ORDERS * 0.8)
  },
  LONGEST_MS,
)
