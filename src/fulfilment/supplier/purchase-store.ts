import type { Database, Statement, Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import type { Offer } from './offer-view-store.ts'
import type { Purchase } from './purchase.ts'
import { assertMove, type PurchaseState } from './purchase-states.ts'
import { inDoubt } from './purchase-view-store.ts'

/** The time after a parameter of milliseconds, in the whole milliseconds that this process can tell apart. */
const after = (parameter: string): string =>
  `date_trunc('milliseconds', now() + ${parameter}::float8 * interval '1 millisecond')`

const PURCHASE = `select p.id, p.line_id, p.slot, p.attempt, p.supplier, p.offer_id, p.service_code, p.expected_name,
    p.target_no, p.target_zone, p.expected_cost, p.state, p.supplier_ref, p.price, p.balance_before, p.fence,
    p.next_check_at, p.checks, p.send_after <= now() as may_be_sent,
    extract(epoch from now() - p.next_check_at)::float8 * 1000 as due_for_ms,
    extract(epoch from now() - p.sent_at)::float8 * 1000 as sent_for_ms,
    extract(epoch from now() - p.unknown_since)::float8 * 1000 as unknown_for_ms,
    (select extract(epoch from now() - min(f.created_at))::float8 * 1000
      from supplier_purchases f where f.line_id = p.line_id and f.slot = p.slot
        and f.target_no = p.target_no and f.target_zone = p.target_zone) as wanted_for_ms,
    coalesce(p.reference, p.id::text) as reference, p.max_price, p.target_form, coalesce(p.family, d.slug) as family,
    extract(epoch from now() - p.asked_at)::float8 * 1000 as asked_for_ms,
    l.unit_price - greatest(0, coalesce(r.floor - r.cost, 0)) as max_cost,
    t.paused_by is not null as supplier_paused,
    coalesce(c.open_until > now() or (c.probe_until > now() and c.probe_id <> p.id), false) as circuit_open,
    l.state as line_state, l.unit_price, l.sku_id, jsonb_array_length(d.input_fields) = 0 as brings_code,
    o.available and o.orderable and o.missing_since is null and o.sku_id is not distinct from l.sku_id as offer_usable,
    o.sku_id is distinct from l.sku_id as offer_moved, o.cost as offer_cost
  from supplier_purchases p
  join order_lines l on l.id = p.line_id
  join products d on d.id = l.product_id
  join supplier_offers o on o.id = p.offer_id
  left join sku_prices r on r.sku_id = l.sku_id
  left join supplier_states t on t.supplier = p.supplier
  left join supplier_circuits c on c.supplier = p.supplier and c.family = coalesce(p.family, d.slug)
  where p.id = $1`

/** The purchase as it is now, or undefined. */
export async function findPurchase(db: Database, id: string): Promise<Purchase | undefined> {
  const statement: Statement<Purchase> = { name: 'purchase_find', text: PURCHASE, values: [id] }
  const [row] = await db.once('fulfilment.find-purchase', { role: 'worker' }, statement)
  return row
}

/** Whether purchases were opened for a line. Uses supplier_purchases_line. */
export async function hasPurchases(tx: Tx, lineId: string): Promise<boolean> {
  return (
    (await tx.count({
      text: 'select 1 from supplier_purchases where line_id = $1 limit 1',
      values: [lineId],
    })) > 0
  )
}

export type NewPurchase = {
  lineId: string
  slot: number
  attempt: number
  offer: Offer
  targetNo: string
  targetZone: string
  /** Before this long nothing is sent. */
  waitMs: number
  /** So long after that the sweep leaves the intent to its own job. */
  graceMs: number
}

/**
 * Writes the intent to buy one unit and answers from when on it may be sent; `supplier_purchases_one_open` refuses a
 * second live one for the slot.
 */
export async function insertPurchase(tx: Tx, purchase: NewPurchase): Promise<{ id: string; at: Date }> {
  const id = newId()
  const { offer, waitMs, graceMs } = purchase
  const written = tx.one<{ at: Date }>({
    name: 'purchase_insert',
    text: `insert into supplier_purchases (id, line_id, slot, attempt, supplier, offer_id, service_code, expected_name,
        target_no, target_zone, expected_cost, state, send_after, next_check_at, reference, target_form, family)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'INTENT', ${after('$12')}, ${after('$13')}, $14, $15, $16)
      returning send_after as at`,
    values: [
      id,
      purchase.lineId,
      purchase.slot,
      purchase.attempt,
      offer.supplier,
      offer.id,
      offer.code,
      offer.display_name,
      purchase.targetNo,
      purchase.targetZone,
      offer.cost,
      waitMs,
      waitMs + graceMs,
      id,
      offer.target_form,
      offer.family,
    ],
  })
  const noted = tx.count({
    name: 'purchase_insert_history',
    text: `insert into purchase_history (id, purchase_id, from_state, to_state) values ($1, $2, 'NEW', 'INTENT')`,
    values: [newId(), id],
  })
  const { at } = await written
  await noted
  return { id, at }
}

/**
 * Claims an intent for sending; its new fence, or undefined when it is no longer an intent or when another purchase
 * for the same target is in doubt (`supplier_purchases_one_in_doubt` catches those that claim at the same moment).
 */
export async function claimPurchase(
  tx: Tx,
  id: string,
  claim: {
    balance: number | null
    balanceAt: Date
    lostAfterMs: number
    maxPrice: number
    toldApart: boolean
  },
): Promise<number | undefined> {
  assertMove('INTENT', 'IN_FLIGHT')
  const row = await tx.maybe<{ fence: number }>({
    name: 'purchase_claim',
    text: `with claimed as (
        update supplier_purchases p set state = 'IN_FLIGHT', fence = fence + 1, sent_at = now(), updated_at = now(),
          asked_at = now(), max_price = $6, told_apart = $7, balance_before = $2, balance_at = $3, next_check_at = ${after('$4')}, checks = 0
        where p.id = $1 and p.state = 'INTENT' and not ${inDoubt('p')}
        returning p.id, p.fence),
      noted as (
        insert into purchase_history (id, purchase_id, from_state, to_state)
        select $5, id, 'INTENT', 'IN_FLIGHT' from claimed)
      select fence from claimed`,
    values: [id, claim.balance, claim.balanceAt, claim.lostAfterMs, newId(), claim.maxPrice, claim.toldApart],
  })
  return row?.fence
}

export type PurchaseMove = {
  from: PurchaseState
  to: PurchaseState
  /** The claim whose outcome this is; a later claim makes it void. */
  fence: number
  reason: string
  /** How long until the next look; left out, its checks end. */
  nextCheckMs?: number
  supplierRef?: string
  price?: number
  failureCode?: string
}

/** A purchase that was moved or postponed, and when it is looked at next by the database's clock. */
export type Planned = { at: Date | null }

/** One that was moved, and how long ago it was sent. */
export type Moved = Planned & { sent_for_ms: number | null }

/**
 * Moves a purchase and writes its history; undefined when it is not in that state of that claim any more. Leaving
 * `nextCheckMs` out ends its checks. The time until the next call about it counts from here: a call may reach its
 * supplier as late as its answer comes. Raises `supplier_purchases_ref` when the reference belongs to another purchase.
 */
export async function movePurchase(tx: Tx, id: string, move: PurchaseMove): Promise<Moved | undefined> {
  assertMove(move.from, move.to)
  return await tx.maybe<Moved>({
    name: 'purchase_move',
    text: `with moved as (
        update supplier_purchases set state = $3, updated_at = now(), next_check_at = ${after('$6')}, checks = 0,
          unknown_since = case when $3 = 'UNKNOWN' then now() else unknown_since end,
          asked_at = case when $3 in ('UNKNOWN', 'ACCEPTED') then now() else asked_at end,
          fence = fence + case when $2 = 'IN_FLIGHT' then 1 else 0 end,
          supplier_ref = coalesce($7, supplier_ref), price = coalesce($8, price), failure_code = $9,
          failure_text = case when $9::text is null then null else $5::text end
        where id = $1 and state = $2 and fence = $4
        returning id, next_check_at, sent_at),
      noted as (
        insert into purchase_history (id, purchase_id, from_state, to_state, reason)
        select $10, id, $2, $3, $5 from moved)
      select next_check_at as at, extract(epoch from now() - sent_at)::float8 * 1000 as sent_for_ms from moved`,
    values: [
      id,
      move.from,
      move.to,
      move.fence,
      move.reason.slice(0, 200),
      move.nextCheckMs ?? null,
      move.supplierRef ?? null,
      move.price ?? null,
      move.failureCode ?? null,
      newId(),
    ],
  })
}

/** What a purchase is recognised by when its next look is planned: nobody else has planned it meanwhile. */
export type Looked = Pick<Purchase, 'id' | 'state' | 'fence' | 'next_check_at'>

/**
 * Sets how long until a purchase is looked at again (null = not by itself); undefined when it moved on, or when
 * another run has planned its next look already. `answered`: a call about it has just ended, and the time until the next
 * one counts from here.
 */
export async function postponePurchase(
  tx: Tx,
  purchase: Looked,
  waitMs: number | null,
  { answered = false }: { answered?: boolean } = {},
): Promise<Planned | undefined> {
  return await tx.maybe<Planned>({
    name: 'purchase_postpone',
    text: `update supplier_purchases set next_check_at = ${after('$4')}, checks = checks + 1,
        asked_at = case when $6 then now() else asked_at end
      where id = $1 and state = $2 and fence = $3
        and date_trunc('milliseconds', next_check_at) is not distinct from $5
      returning next_check_at as at`,
    values: [purchase.id, purchase.state, purchase.fence, waitMs, purchase.next_check_at, answered],
  })
}

/**
 * Plans the next try to send an intent, and `graceMs` later the sweep; undefined when it moved on, or when another
 * run has planned it already: of jobs that run at the same moment, one goes on.
 */
export async function postponeSending(
  tx: Tx,
  purchase: Looked,
  wait: { waitMs: number; graceMs: number },
): Promise<{ at: Date } | undefined> {
  return await tx.maybe<{ at: Date }>({
    name: 'purchase_postpone_sending',
    text: `update supplier_purchases set send_after = ${after('$3')}, next_check_at = ${after('$4')}, checks = checks + 1
      where id = $1 and state = 'INTENT' and fence = $2
        and date_trunc('milliseconds', next_check_at) is not distinct from $5
      returning send_after as at`,
    values: [purchase.id, purchase.fence, wait.waitMs, wait.waitMs + wait.graceMs, purchase.next_check_at],
  })
}

/**
 * Lets the oldest intent that waits for the same target be sent now; its id, if there is one. One that another
 * transaction holds is passed over. Uses supplier_purchases_waiting.
 */
export async function hastenNext(
  tx: Tx,
  target: Pick<Purchase, 'supplier' | 'service_code' | 'target_no' | 'target_zone'>,
  graceMs: number,
): Promise<string | undefined> {
  const row = await tx.maybe<{ id: string }>({
    name: 'purchase_hasten',
    text: `update supplier_purchases set send_after = now(), next_check_at = ${after('$5')}
      where id = (
        select id from supplier_purchases
        where supplier = $1 and service_code = $2 and target_no = $3 and target_zone = $4
          and state = 'INTENT' and send_after > now()
        order by id limit 1 for update skip locked)
      returning id`,
    values: [target.supplier, target.service_code, target.target_no, target.target_zone, graceMs],
  })
  return row?.id
}

/**
 * Makes purchases that wait for the supplier due now: since they were sent, which needs no clock. Others keep their
 * time, as the end of a claim must not move.
 */
export async function makeDue(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.count({
    name: 'purchase_make_due',
    text: `update supplier_purchases set next_check_at = sent_at
      where id = any ($1::uuid[]) and state in ('UNKNOWN', 'ACCEPTED', 'MANUAL')`,
    values: [ids],
  })
}

/** Which of these references belong to a purchase of ours already. Uses supplier_purchases_ref. */
export function linkedRefsStatement(
  supplier: string,
  refs: readonly string[],
): Statement<{ supplier_ref: string }> {
  return {
    name: 'purchase_linked_refs',
    text: 'select supplier_ref from supplier_purchases where supplier = $1 and supplier_ref = any ($2::text[])',
    values: [supplier, refs],
  }
}
