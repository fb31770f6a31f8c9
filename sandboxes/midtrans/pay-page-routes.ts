import { Hono, type Context } from 'hono'
import { htmlPage } from '../html.ts'
import { chooseMethod, leaveMethod } from './create-transaction.ts'
import { backUrl, finishUrl, snapResult } from './finish-url.ts'
import { listTransactions, type Midtrans } from './midtrans-state.ts'
import { moveTransaction } from './move-transaction.ts'
import { renderPayPage, type PayPage, type PayPageStage } from './pay-page.ts'
import { offeredMethods } from './payment-methods.ts'
import type { SnapToken } from './snap-token.ts'
import { canMove, wasPaid, type Transaction } from './transaction.ts'

/** A payment as the pay page sees it: a Snap token, or a Core API transaction without one. */
type Payment = { token: SnapToken | undefined; transaction: Transaction | undefined }

/** Returns the page people pay on, for Snap tokens and (`/simulator/…`) for Core API transactions. */
export function createPayPageRoutes(midtrans: Midtrans): Hono {
  const app = new Hono()
  for (const prefix of ['/snap/v4/redirection/:id', '/simulator/:id']) mountPage(app, midtrans, prefix)
  return app
}

function mountPage(app: Hono, midtrans: Midtrans, prefix: string): void {
  app.get(prefix, (c) => withPayment(midtrans, c, (payment) => showPage(midtrans, c, payment)))
  app.post(`${prefix}/method`, (c) =>
    withPayment(midtrans, c, async ({ token }) => {
      const wish = (await c.req.formData()).get('method')
      const chosen = offeredMethods(token?.request.enabled_payments ?? []).find(({ code }) => code === wish)
      if (token && chosen && canChoose(midtrans, token)) chooseMethod(midtrans, token, chosen)
      return reload(c)
    }),
  )
  app.post(`${prefix}/change`, (c) =>
    withPayment(midtrans, c, ({ token }) => {
      if (token && canChoose(midtrans, token)) leaveMethod(midtrans, token)
      return reload(c)
    }),
  )
  app.post(`${prefix}/pay`, (c) =>
    withPayment(midtrans, c, ({ token, transaction }) => {
      if (!transaction || transaction.status !== 'pending') return reload(c)
      moveTransaction(midtrans, transaction, 'settlement')
      return c.req.query('embedded') ? reload(c) : c.redirect(finishUrl(midtrans, transaction, token), 303)
    }),
  )
  app.post(`${prefix}/decline`, (c) =>
    withPayment(midtrans, c, ({ transaction }) => {
      if (transaction && canMove(transaction, 'deny')) moveTransaction(midtrans, transaction, 'deny')
      return reload(c)
    }),
  )
}

function withPayment(
  midtrans: Midtrans,
  c: Context,
  then: (payment: Payment) => Response | Promise<Response>,
): Response | Promise<Response> {
  const id = c.req.param('id') ?? ''
  const token = midtrans.tokens.get(id)
  const transaction = midtrans.transactions.find(
    ({ transactionId }) => transactionId === (token ? token.transactionId : id),
  )
  if (token || transaction) return then({ token, transaction })
  const body = '<h1>Halaman pembayaran tidak ditemukan</h1><p class="soft">Tautan ini tidak berlaku lagi.</p>'
  return c.html(htmlPage('Tidak ditemukan', body), 404)
}

function reload(c: Context): Response {
  const page = new URL(c.req.url).pathname.replace(/\/[a-z]+$/, '')
  return c.redirect(c.req.query('embedded') ? `${page}?embedded=1` : page, 303)
}

function showPage(midtrans: Midtrans, c: Context, payment: Payment): Response {
  const { token } = payment
  const stage = stageOf(midtrans, payment, c.req.query('select'))
  const transaction = stage.kind === 'pay' ? stage.transaction : payment.transaction
  const orderId = token?.orderId ?? transaction?.orderId ?? ''
  const page: PayPage = {
    basePath: new URL(c.req.url).pathname,
    isEmbedded: c.req.query('embedded') !== undefined,
    orderId,
    grossAmount: transaction?.grossAmount ?? token?.grossAmount ?? 0,
    items: token?.request.item_details ?? [],
    backUrl: backUrl(midtrans, orderId, token),
    finishUrl: transaction && finishUrl(midtrans, transaction, token),
    leaveMessage: leaveMessage(midtrans, transaction, token),
    stage,
  }
  return c.html(renderPayPage(page))
}

/** A page with one method, or with one asked for by snap.js, chooses it at once. */
function stageOf(midtrans: Midtrans, payment: Payment, selected: string | undefined): PayPageStage {
  const { token, transaction } = payment
  if (transaction && wasPaid(transaction)) return { kind: 'paid', transaction }
  if (transaction?.status === 'pending')
    return { kind: 'pay', transaction, canChange: token !== undefined && offersSeveral(token) }
  if (!token) return { kind: 'closed', reason: 'Pembayaran ini sudah ditutup.' }
  if (isPaidElsewhere(midtrans, token)) return { kind: 'closed', reason: 'Pesanan ini sudah dibayar.' }
  if (token.canceledAt) return { kind: 'closed', reason: 'Halaman pembayaran ini dibatalkan oleh toko.' }
  if (!canChoose(midtrans, token)) return { kind: 'closed', reason: 'Waktu pembayaran sudah habis.' }
  const methods = offeredMethods(token.request.enabled_payments)
  const only = methods.length === 1 ? methods[0] : methods.find(({ code }) => code === selected)
  if (only && !transaction) {
    const created = chooseMethod(midtrans, token, only)
    return { kind: 'pay', transaction: created, canChange: methods.length > 1 }
  }
  return { kind: 'choose', methods, isDeclined: transaction?.status === 'deny' }
}

function offersSeveral(token: SnapToken): boolean {
  return offeredMethods(token.request.enabled_payments).length > 1
}

/** Returns whether the page still takes a choice: open, in time, nothing paid, expired or cancelled. */
function canChoose(midtrans: Midtrans, token: SnapToken): boolean {
  if (token.canceledAt || token.pageExpiresAt <= midtrans.context.clock.now()) return false
  if (isPaidElsewhere(midtrans, token)) return false
  const current = midtrans.transactions.find(({ transactionId }) => transactionId === token.transactionId)
  return !current || current.status === 'pending' || current.status === 'deny'
}

/** Returns whether the order was paid through another token or a Core API charge. */
function isPaidElsewhere(midtrans: Midtrans, { orderId, transactionId }: SnapToken): boolean {
  return listTransactions(midtrans, orderId).some(
    (other) => other.transactionId !== transactionId && wasPaid(other),
  )
}

function leaveMessage(
  midtrans: Midtrans,
  transaction: Transaction | undefined,
  token: SnapToken | undefined,
): PayPage['leaveMessage'] {
  if (!transaction) return { event: 'close', result: undefined }
  const events: Record<string, string> = { settlement: 'success', capture: 'success', pending: 'pending' }
  return { event: events[transaction.status] ?? 'error', result: snapResult(midtrans, transaction, token) }
}
