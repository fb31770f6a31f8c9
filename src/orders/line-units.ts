import {
  openInvites,
  openPurchases,
  reopenInvites,
  reopenPurchases,
  summariseInvites,
  summarisePurchases,
  withdrawInvites,
  withdrawPurchases,
  type InviteLine,
  type SupplierLine,
} from '#fulfilment'
import type { Tx } from '#platform/database.ts'
import type { Queue } from '#platform/queue.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { LineRow, OrderRow } from './order.ts'

/** Units of a line that are got from elsewhere, by what became of them. */
export type UnitSummary = {
  total: number
  /** Not over: they may still arrive. */
  open: number
  /** A person looks up what became of them; they may still end either way. */
  manual: number
  succeeded: number
  failureCode?: string
}

/** What has to be true before money may go back: nothing of the line can arrive any more. */
export function nothingCanArrive({ open, manual }: UnitSummary): boolean {
  return open === 0 && manual === 0
}

const NONE: UnitSummary = { total: 0, open: 0, manual: 0, succeeded: 0 }

/** How the units of a line stand; none of a line that is served from the shelf. */
export async function summariseUnits(tx: Tx, line: LineRow): Promise<UnitSummary> {
  switch (line.delivery_kind) {
    case 'SUPPLIER':
      return await summarisePurchases(tx, line.id)
    case 'INVITE':
      return await summariseInvites(tx, line.id)
    case 'STOCK':
      return NONE
  }
}

type Opening = Result<void, { code: string }>

/** Starts getting a line's units, once: repeating it opens nothing new. The caller holds the order's lock. */
export async function openUnits(
  tx: Tx,
  deps: { queue: Queue },
  order: OrderRow,
  line: LineRow,
): Promise<Opening> {
  if (line.delivery_kind === 'INVITE') {
    const opened = await openInvites(tx, inviteLine(order, line))
    return opened.ok ? await send(tx, deps, 'invite.send', opened.value.inviteIds) : opened
  }
  const opened = await openPurchases(tx, supplierLine(order, line))
  return opened.ok ? await send(tx, deps, 'purchase.send', opened.value.purchaseIds) : opened
}

/** Tries a line's units anew with what the buyer corrected. The caller holds the order's lock. */
export async function reopenUnits(
  tx: Tx,
  deps: { queue: Queue },
  order: OrderRow,
  line: LineRow,
): Promise<Opening> {
  if (line.delivery_kind === 'INVITE') {
    const { inviteIds } = await reopenInvites(tx, inviteLine(order, line))
    return inviteIds.length === 0 ? err({ code: 'no_pool' }) : await send(tx, deps, 'invite.send', inviteIds)
  }
  const opened = await reopenPurchases(tx, supplierLine(order, line))
  return opened.ok ? await send(tx, deps, 'purchase.send', opened.value.purchaseIds) : opened
}

/**
 * Takes a line's units back that nobody outside was asked for; false when one was, or is at this moment: then the caller
 * must roll back.
 */
export async function withdrawUnits(tx: Tx, line: LineRow, reason: string): Promise<boolean> {
  switch (line.delivery_kind) {
    case 'SUPPLIER':
      return await withdrawPurchases(tx, line.id, reason)
    case 'INVITE':
      return await withdrawInvites(tx, line.id, reason)
    case 'STOCK':
      return false
  }
}

async function send(
  tx: Tx,
  deps: { queue: Queue },
  queue: 'purchase.send' | 'invite.send',
  ids: readonly string[],
): Promise<Opening> {
  for (const id of ids) await deps.queue.enqueue(tx, queue, id)
  return ok(undefined)
}

/** The address that the buyer entered for the membership, else the one of the order. */
function inviteLine(order: OrderRow, line: LineRow): InviteLine {
  const entered = line.input['email'] ?? Object.values(line.input).find((value) => value.includes('@'))
  return {
    lineId: line.id,
    productId: line.product_id,
    skuId: line.sku_id,
    quantity: line.quantity,
    email: entered ?? order.customer_email,
  }
}

function supplierLine(order: OrderRow, line: LineRow): SupplierLine {
  return {
    lineId: line.id,
    skuId: line.sku_id,
    quantity: line.quantity,
    input: line.input,
    unitPrice: line.unit_price,
    phone: order.customer_phone,
  }
}
