import { openPurchases, reopenPurchases, summarisePurchases, type SupplierLine } from '#fulfilment'
import type { Tx } from '#platform/database.ts'
import type { Queue } from '#platform/queue.ts'
import { ok, type Result } from '#shared/result.ts'
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
  const opened = await openPurchases(tx, supplierLine(order, line))
  return opened.ok ? await send(tx, deps, opened.value.purchaseIds) : opened
}

/** Tries a line's units anew with what the buyer corrected. The caller holds the order's lock. */
export async function reopenUnits(
  tx: Tx,
  deps: { queue: Queue },
  order: OrderRow,
  line: LineRow,
): Promise<Opening> {
  const opened = await reopenPurchases(tx, supplierLine(order, line))
  return opened.ok ? await send(tx, deps, opened.value.purchaseIds) : opened
}

async function send(tx: Tx, deps: { queue: Queue }, purchaseIds: readonly string[]): Promise<Opening> {
  for (const purchaseId of purchaseIds) await deps.queue.enqueue(tx, 'purchase.send', purchaseId)
  return ok(undefined)
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
