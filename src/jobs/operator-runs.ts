import { checkPurchase, openSupplierPurchases } from '#fulfilment'
import { settlePayment, sweepLines } from '#orders'
import { duePayments } from '#payments'
import type { Shop } from './shop.ts'

/** Rows of one operator call: it answers within seconds, and can simply be called again. */
const OPERATOR_BATCH = 200

/** Moves every paid line that waits for fulfilment, now. */
export async function processOrdersNow(
  shop: Shop,
): Promise<{ processed: number; succeeded: number; pending: number; failed: number }> {
  return await sweepLines(shop, 0)
}

/** Asks suppliers for every open purchase and gateways for every due payment, now. */
export async function syncStatusNow(
  shop: Shop,
): Promise<{ checked: number; updated: number; pending: number; failed: number }> {
  const counts = { checked: 0, updated: 0, pending: 0, failed: 0 }
  for (const id of await openSupplierPurchases(shop.db, OPERATOR_BATCH)) {
    const outcome = await checkPurchase(shop, id)
    counts.checked += 1
    if (outcome.kind === 'pending') counts.pending += 1
    else counts.updated += 1
  }
  for (const payment of await duePayments(shop, OPERATOR_BATCH)) {
    const outcome = await settlePayment(shop, payment.id)
    counts.checked += 1
    if (!outcome.ok) counts.failed += 1
    else if (outcome.value === 'unchanged') counts.pending += 1
    else counts.updated += 1
  }
  return counts
}

/** Whether a supplier answers with our credentials, with its balance in whole rupiah. */
export async function testSupplier(
  shop: Shop,
  supplier: string,
): Promise<{ ok: boolean; balance?: number; message: string }> {
  const catalogue = shop.catalogues.get(supplier)
  if (catalogue === undefined) return { ok: false, message: `Pemasok "${supplier}" belum dikonfigurasi.` }
  const answer = await catalogue.fetchBalance()
  if (!answer.ok) return { ok: false, message: `Koneksi gagal: ${answer.error.detail}` }
  const { balance, tier } = answer.value
  return {
    ok: true,
    balance,
    message: tier === '' ? 'Koneksi berhasil.' : `Koneksi berhasil. Level akun: ${tier}.`,
  }
}
