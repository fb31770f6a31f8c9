import { Hono, type Context } from 'hono'
import { parseJson } from '../control.ts'
import { qrPng } from '../qr-image.ts'
import { isPaid, openBill, receivedOf, statusOf, type Bill } from './bill.ts'
import { readAdvancedOrder, readSimpleOrder, type OrderCall, type Problem } from './read-order.ts'
import { sign } from './signature.ts'
import { findByTrxId, type Tokopay } from './tokopay-state.ts'

/** Returns the API: order, check-order, balance, and the QR images. @see payments.md 2.2–2.4, 2.9, 2.10 */
export function createOrderRoutes(tokopay: Tokopay): Hono {
  const app = new Hono()
  for (const path of ['/v1/order', '/v1/order/']) {
    app.get(path, (c) => answerOrder(tokopay, c, readSimpleOrder(tokopay, c.req.query())))
    app.post(path, async (c) => {
      const body = parseJson(await c.req.text())
      return answerOrder(tokopay, c, readAdvancedOrder(tokopay, body))
    })
  }
  app.get('/v1/check-order', (c) => checkOrder(tokopay, c))
  app.get('/v1/merchant/balance', (c) => balance(tokopay, c))
  app.get('/qr/:file', (c) => {
    const bill = findByTrxId(tokopay, c.req.param('file').replace(/\.png$/, ''))
    if (!bill?.qrString) return c.notFound()
    return c.body(new Uint8Array(qrPng(bill.qrString)), 200, { 'Content-Type': 'image/png' })
  })
  return app
}

/** A `ref_id` that is known shows its bill, whatever else the call says. */
function answerOrder(tokopay: Tokopay, c: Context, call: OrderCall | Problem): Response {
  if ('rc' in call) return fail(tokopay, c, call)
  const known = tokopay.bills.get(call.refId)
  if (known) return c.json(orderAnswer(tokopay, known, new URL(c.req.url).origin))
  const wish = call.wish()
  if ('rc' in wish) return fail(tokopay, c, wish)
  return c.json(orderAnswer(tokopay, openBill(tokopay, wish), new URL(c.req.url).origin))
}

function orderAnswer(tokopay: Tokopay, bill: Bill, origin: string): Record<string, unknown> {
  const payUrl = `${origin}/pay/${bill.trxId}`
  return {
    status: 'Success',
    data: {
      trx_id: bill.trxId,
      status: statusOf(tokopay, bill),
      pay_url: payUrl,
      total_bayar: bill.paid ?? bill.asked,
      total_diterima: receivedOf(bill),
      panduan_pembayaran: `<p>Bayar dengan <b>${bill.channel.label}</b> sebelum batas waktu.</p>`,
      ...groupFields(bill, payUrl, origin),
    },
  }
}

function groupFields(bill: Bill, payUrl: string, origin: string): Record<string, unknown> {
  switch (bill.channel.group) {
    case 'qris':
      return { other: '', qr_link: `${origin}/qr/${bill.trxId}.png`, qr_string: bill.qrString }
    case 'va':
      return { nomor_va: bill.number }
    case 'retail':
      return { kode_pembayaran: bill.number }
    case 'ewallet':
      return { checkout_url: payUrl }
  }
}

function checkOrder(tokopay: Tokopay, c: Context): Response | Promise<Response> {
  if (!tokopay.settings.checkOrder) return c.notFound()
  const { merchant_id: merchantId, secret, ref_id: refId = '' } = c.req.query()
  if (merchantId !== tokopay.merchantId || secret !== tokopay.secret) {
    return fail(tokopay, c, { rc: 401, message: 'Merchant ID atau secret tidak valid' })
  }
  const bill = tokopay.bills.get(refId)
  if (!bill) return fail(tokopay, c, { rc: 404, message: 'Transaksi tidak ditemukan' })
  return c.json({
    status: 1,
    rc: 200,
    data: {
      status: statusOf(tokopay, bill),
      nominal: bill.nominal,
      trx_id: bill.trxId,
      reff_id: bill.refId,
      metode: bill.channel.code,
      total_bayar: bill.paid ?? bill.asked,
      total_diterima: receivedOf(bill),
    },
  })
}

function balance(tokopay: Tokopay, c: Context): Response {
  const { merchant, signature } = c.req.query()
  if (merchant !== tokopay.merchantId || signature !== sign(tokopay.merchantId, tokopay.secret)) {
    return fail(tokopay, c, { rc: 401, message: 'Signature tidak valid' })
  }
  const paid = [...tokopay.bills.values()].filter(isPaid)
  const sum = (status: string) =>
    paid.filter((bill) => bill.status === status).reduce((total, bill) => total + receivedOf(bill), 0)
  return c.json({
    status: 1,
    rc: 200,
    message: '',
    data: { nama_toko: 'Toko Simulasi', saldo_tersedia: sum('Completed'), saldo_tertahan: sum('Success') },
    ts: Math.floor(tokopay.context.clock.now().getTime() / 1_000),
  })
}

function fail({ settings }: Tokopay, c: Context, { rc, message }: Problem): Response {
  return c.json({ status: 0, rc, error_msg: message }, settings.errorHttpStatus)
}
