import { Hono, type Context } from 'hono'
import { parseJson } from '../control.ts'
import { isAuthorized, notificationUrlsOf } from './authorization.ts'
import { charge } from './charge.ts'
import { coreError, respond, type CoreAnswer } from './core-answer.ts'
import { oncePerKey } from './idempotency.ts'
import { findTransaction, type Midtrans } from './midtrans-state.ts'
import { moveTransaction } from './move-transaction.ts'
import { statusBody, transactionFields } from './notification.ts'
import { qrPng, qrSvg } from '../qr-image.ts'
import { refund } from './refund.ts'
import type { Transaction } from './transaction.ts'

type Action = (transaction: Transaction, body: unknown) => CoreAnswer

/** Returns the routes of the Core API host. @see payments.md 1.4, 1.5 */
export function createCoreRoutes(midtrans: Midtrans): Hono {
  const app = new Hono()
  mountQrImages(app, midtrans)
  app.use('/v2/*', async (c, next) => {
    if (isAuthorized(midtrans, c)) return next()
    return respond(c, { ...coreError(midtrans, '401'), httpStatus: 401 })
  })
  app.get('/v2/:id/status', (c) => {
    const transaction = findTransaction(midtrans, c.req.param('id'))
    return respond(c, transaction ? { body: statusBody(midtrans, transaction) } : coreError(midtrans, '404'))
  })
  app.post('/v2/charge', async (c) => {
    const text = await c.req.text()
    const body = parseJson(text)
    const request = { origin: new URL(c.req.url).origin, notificationUrls: notificationUrlsOf(c) }
    return respond(
      c,
      oncePerKey(midtrans, c, body, () => charge(midtrans, body, request)),
    )
  })
  mountActions(app, midtrans)
  return app
}

function mountActions(app: Hono, midtrans: Midtrans): void {
  const actions: Record<string, Action> = {
    cancel: (transaction) => cancel(midtrans, transaction),
    expire: (transaction) => expire(midtrans, transaction),
    approve: (transaction) => decideChallenge(midtrans, transaction, 'approve'),
    deny: (transaction) => decideChallenge(midtrans, transaction, 'deny'),
    refund: (transaction, body) => refund(midtrans, transaction, body, 'offline'),
    'refund/online/direct': (transaction, body) => refund(midtrans, transaction, body, 'online'),
  }
  for (const [path, action] of Object.entries(actions)) {
    app.post(`/v2/:id/${path}`, (c) => runAction(midtrans, c, c.req.param('id'), action))
  }
}

async function runAction(midtrans: Midtrans, c: Context, id: string, action: Action): Promise<Response> {
  const body = parseJson(await c.req.text())
  const answer = oncePerKey(midtrans, c, body, () => {
    const transaction = findTransaction(midtrans, id)
    return transaction ? action(transaction, body) : coreError(midtrans, '404')
  })
  return respond(c, answer)
}

function cancel(midtrans: Midtrans, transaction: Transaction): CoreAnswer {
  if (!['pending', 'authorize', 'capture'].includes(transaction.status)) return coreError(midtrans, '412')
  moveTransaction(midtrans, transaction, 'cancel')
  return actionAnswer(transaction, '200', 'Success, transaction is canceled')
}

function expire(midtrans: Midtrans, transaction: Transaction): CoreAnswer {
  if (transaction.status !== 'pending') return coreError(midtrans, '412')
  moveTransaction(midtrans, transaction, 'expire')
  // 407 is the success code of this call.
  return actionAnswer(transaction, '407', 'Success, transaction is expired')
}

function decideChallenge(
  midtrans: Midtrans,
  transaction: Transaction,
  decision: 'approve' | 'deny',
): CoreAnswer {
  if (transaction.fraudStatus !== 'challenge') return coreError(midtrans, '412')
  transaction.fraudStatus = decision === 'approve' ? 'accept' : 'deny'
  moveTransaction(midtrans, transaction, decision === 'approve' ? 'capture' : 'deny')
  return actionAnswer(
    transaction,
    '200',
    `Success, transaction is ${decision === 'approve' ? 'approved' : 'denied'}`,
  )
}

function actionAnswer(transaction: Transaction, code: string, message: string): CoreAnswer {
  return { body: { status_code: code, status_message: message, ...transactionFields(transaction) } }
}

/** QR images need no key: buyers' browsers load them. */
function mountQrImages(app: Hono, midtrans: Midtrans): void {
  const answer = (c: Context, id: string) => {
    const qrText = findTransaction(midtrans, id)?.qrText
    if (!qrText) return c.notFound()
    if (c.req.query('format') === 'svg')
      return c.body(qrSvg(qrText), 200, { 'Content-Type': 'image/svg+xml' })
    return c.body(new Uint8Array(qrPng(qrText)), 200, { 'Content-Type': 'image/png' })
  }
  app.get('/v2/:method/:id/qr-code', (c) => answer(c, c.req.param('id')))
  app.get('/v4/qris/:id/qr-code', (c) => answer(c, c.req.param('id')))
  app.get('/v4/qris/:method/:id/qr-code', (c) => answer(c, c.req.param('id')))
}
