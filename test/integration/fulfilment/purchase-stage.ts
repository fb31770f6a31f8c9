import pino from 'pino'
import {
  checkPurchase,
  openPurchases,
  sendPurchase,
  type Announcement,
  type PurchaseDeps,
  type Supplier,
} from '../../../src/fulfilment/index.ts'
import { newId } from '../../../src/platform/ids.ts'
import { queryAs, type TestDatabase } from '../../support/test-database.ts'
import type { VipSandbox } from '../../support/vip-sandbox.ts'
import { testKeys, writeOrders, writeSku, type TestLine } from './fulfilment-fixture.ts'

/** What the buyer pays for a unit; the sandbox's offer costs less. */
export const UNIT_PRICE = 90_000
/** More jobs than any honest purchase needs: a line that still has some then runs in circles. */
const JOBS_AT_MOST = 200

/** Everything of an account a while ago, in whole milliseconds. What is older than any look back may stay. */
const PASS = `update supplier_purchases set next_check_at = next_check_at - $2::interval, sent_at = sent_at - $2::interval,
  send_after = send_after - $2::interval, asked_at = asked_at - $2::interval, unknown_since = unknown_since - $2::interval,
  balance_at = balance_at - $2::interval, created_at = created_at - $2::interval, updated_at = updated_at - $2::interval
  where supplier = any ($1) and updated_at > now() - interval '9 days'`

/** The circuits of the account, too. */
const PASS_CIRCUITS = `update supplier_circuits set open_until = open_until - $2::interval, probe_until = probe_until - $2::interval
  where supplier = any ($1) and open_until is not null`

/** One supplier account with its sandbox, and the jobs that were announced. Time passes by moving its rows back. */
export type PurchaseStage = {
  deps: PurchaseDeps
  sku: { skuId: string; productId: string }
  /** Announcements that nobody worked off yet. */
  news: Announcement[]
  /** Lets time pass for the purchases of this account and for the jobs that wait. */
  advance(ms: number): Promise<void>
  use(supplier: Supplier, id?: string): void
  /** Opens the purchases of a fresh paid line for this target. */
  open(target: string, quantity?: number, zone?: string): Promise<{ line: TestLine; purchaseIds: string[] }>
  /** Works announced jobs off in their order of time until none is left; how much time had to pass. */
  drive(onPass?: (ms: number) => void): Promise<number>
  purchases(lineId: string): Promise<PurchaseRow[]>
}

export type PurchaseRow = {
  id: string
  slot: number
  attempt: number
  state: string
  supplier: string
  service_code: string
  price: number | null
  supplier_ref: string | null
  failure_code: string | null
}

/** A supplier account and its offer for the one SKU of a stage. */
export type StageAccount = { id: string; supplier: Supplier; offer: StageOffer }

export type StageOffer = { code: string; displayName: string; cost: number; targetForm?: string }

/** Sets the stage: an offer of the sandbox behind a SKU. `id` names the supplier account in the books. */
export async function setPurchaseStage(
  database: TestDatabase,
  sandbox: VipSandbox,
  id = 'vip-reseller',
): Promise<PurchaseStage> {
  const offers = await sandbox.connect().catalogue.fetchOffers()
  const offer = offers.ok
    ? offers.value.find((row) => row.available && row.family === 'Free Fire')
    : undefined
  if (offer === undefined) throw new Error('the sandbox has no Free Fire offer')
  await sandbox.control('config', { webhookUrl: '', completeAfterMs: 0 })
  const { supplier } = sandbox.connect({ timeouts: { orderMs: 120, readMs: 2_000 } })
  return await setStage(database, [{ id, supplier, offer }])
}

/** Sets the stage with an offer of each account behind one SKU. `use` replaces the first account's adapter. */
export async function setStage(
  database: TestDatabase,
  accounts: readonly StageAccount[],
): Promise<PurchaseStage> {
  const sku = await writeSku(database.url, 'SUPPLIER')
  const suppliers = new Map<string, Supplier>()
  const use = (supplier: Supplier, id = accounts[0]?.id ?? ''): void =>
    void suppliers.set(id, { ...supplier, id })
  for (const { id, supplier, offer } of accounts) {
    await writeOffer(database.url, { ...offer, supplier: id, skuId: sku.skuId })
    await queryAs(database.url, `select open_account($1, 'IDR', null, null)`, [`supplier:${id}`])
    use(supplier, id)
  }
  const news: Announcement[] = []
  const deps: PurchaseDeps = {
    db: database.db,
    keys: testKeys(),
    suppliers,
    announce: async (_, entry) => void news.push(entry),
    log: pino({ level: 'silent' }),
    // The machine may be slow; only the test of this very limit wants it tight.
    timing: { sendWithinMs: 60_000 },
  }
  const advance = async (ms: number): Promise<void> => {
    const values = [[...suppliers.keys()], `${Math.ceil(ms)} milliseconds`]
    await database.db.once('test.advance', { role: 'worker' }, { name: 'test_advance', text: PASS, values })
    await database.db.once(
      'test.advance',
      { role: 'worker' },
      { name: 'test_advance_circuits', text: PASS_CIRCUITS, values },
    )
    for (const entry of news)
      if ('at' in entry && entry.at !== undefined) entry.at = new Date(entry.at.getTime() - Math.ceil(ms))
  }
  return {
    deps,
    sku,
    news,
    advance,
    use,
    open: (target, quantity = 1, zone = '') => openLine(database, deps, sku, { target, quantity, zone }),
    async drive(onPass) {
      let passed = 0
      for (let jobs = 0; news.length > 0; jobs += 1) {
        if (jobs > JOBS_AT_MOST) throw new Error(`jobs without end: ${JSON.stringify(news)}`)
        news.sort((a, b) => dueAt(a) - dueAt(b))
        const next = news.shift()
        if (next?.kind !== 'purchase.send' && next?.kind !== 'purchase.check') continue
        const waitMs = Math.max(0, dueAt(next) - Date.now())
        await advance(waitMs)
        passed += waitMs
        onPass?.(waitMs)
        await (next.kind === 'purchase.send'
          ? sendPurchase(deps, next.purchaseId)
          : checkPurchase(deps, next.purchaseId))
      }
      return passed
    },
    purchases: (lineId) =>
      queryAs<PurchaseRow>(
        database.url,
        'select id, slot, attempt, state, supplier, service_code, price::int, supplier_ref, failure_code from supplier_purchases where line_id = $1 order by slot, attempt',
        [lineId],
      ),
  }
}

/** Puts an offer behind a SKU. */
export async function writeOffer(
  url: string,
  offer: StageOffer & { supplier: string; skuId: string },
): Promise<string> {
  const id = newId()
  await queryAs(
    url,
    `insert into supplier_offers (id, supplier, code, sku_id, family, name, display_name, cost, available, content_hash,
        target_form)
      values ($1, $2, $3, $4, 'F', 'N', $5, $6, true, '', $7)`,
    [id, offer.supplier, offer.code, offer.skuId, offer.displayName, offer.cost, offer.targetForm ?? 'apart'],
  )
  return id
}

async function openLine(
  database: TestDatabase,
  deps: PurchaseDeps,
  sku: PurchaseStage['sku'],
  wish: { target: string; quantity: number; zone: string },
): Promise<{ line: TestLine; purchaseIds: string[] }> {
  const orders = await writeOrders(database.url, [[{ sku, quantity: wish.quantity }]], {
    kind: 'SUPPLIER',
    unitPrice: UNIT_PRICE,
  })
  const [line] = orders.flat()
  if (line === undefined) throw new Error('no line')
  const opened = await database.db.transaction('test.open', { role: 'worker' }, async (tx) => {
    const answer = await openPurchases(tx, {
      ...line,
      input: { user_id: wish.target, ...(wish.zone === '' ? {} : { zone_id: wish.zone }) },
      unitPrice: UNIT_PRICE,
    })
    if (answer.ok)
      for (const purchaseId of answer.value.purchaseIds)
        await deps.announce(tx, { kind: 'purchase.send', purchaseId })
    return answer
  })
  if (!opened.ok) throw new Error(opened.error.code)
  return { line, purchaseIds: opened.value.purchaseIds }
}

function dueAt(entry: Announcement): number {
  return 'at' in entry ? (entry.at?.getTime() ?? 0) : 0
}
