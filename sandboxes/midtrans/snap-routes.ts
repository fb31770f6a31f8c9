import { Hono } from 'hono'
import { parseJson } from '../control.ts'
import { isAuthorized, notificationUrlsOf } from './authorization.ts'
import type { Midtrans } from './midtrans-state.ts'
import { openSnapToken, orderIdProblem } from './snap-token.ts'
import { validateSnapRequest } from './snap-validation.ts'
import { SNAP_JS } from './snap-js.ts'

const ACCESS_DENIED = 'Access denied due to unauthorized transaction, please check client or server key'

/** Returns the Snap API and snap.js. @see payments.md 1.2 */
export function createSnapRoutes(midtrans: Midtrans): Hono {
  const app = new Hono()
  app.get('/snap/snap.js', (c) => c.body(SNAP_JS, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }))
  app.post('/snap/v1/transactions', async (c) => {
    if (!isAuthorized(midtrans, c)) return c.json({ error_messages: [ACCESS_DENIED] }, 401)
    const validated = validateSnapRequest(parseJson(await c.req.text()))
    if ('problems' in validated) return c.json({ error_messages: validated.problems }, 400)
    const { request } = validated
    const problem =
      orderIdProblem(midtrans, request.transaction_details.order_id) ??
      secondTokenProblem(midtrans, request.transaction_details.order_id)
    if (problem) return c.json({ error_messages: [problem] }, 400)
    const { token } = openSnapToken(midtrans, request, notificationUrlsOf(c))
    const redirectUrl = `${new URL(c.req.url).origin}/snap/v4/redirection/${token}`
    return c.json({ token, redirect_url: redirectUrl }, 201)
  })
  app.post('/snap/v1/transactions/:token/cancel', (c) => {
    if (!isAuthorized(midtrans, c)) return c.json({ error_messages: [ACCESS_DENIED] }, 401)
    const token = midtrans.tokens.get(c.req.param('token'))
    if (!token) return c.json({ error_messages: ['token not found'] }, 404)
    if (token.canceledAt) return c.json({ error_messages: ['token already canceled'] }, 400)
    if (token.transactionId) return c.json({ error_messages: ['Transaction is on progress'] }, 400)
    token.canceledAt = midtrans.context.clock.now()
    return c.json({ canceled_at: token.canceledAt.toISOString() })
  })
  return app
}

function secondTokenProblem(midtrans: Midtrans, orderId: string): string | undefined {
  if (midtrans.settings.secondToken === 'allow') return undefined
  const isOpen = [...midtrans.tokens.values()].some(
    (token) => token.orderId === orderId && !token.transactionId && !token.canceledAt,
  )
  return isOpen ? 'transaction_details.order_id has already been taken' : undefined
}
