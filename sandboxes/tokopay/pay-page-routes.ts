import { Hono, type Context } from 'hono'
import { htmlPage } from '../html.ts'
import { statusOf, type Bill } from './bill.ts'
import { payBill } from './pay-bill.ts'
import { renderPayPage } from './pay-page.ts'
import { findByTrxId, type Tokopay } from './tokopay-state.ts'

/** Returns the page people pay on, at a bill's `pay_url`; `?lang=en` for English. */
export function createPayPageRoutes(tokopay: Tokopay): Hono {
  const app = new Hono()
  app.get('/pay/:id', (c) => withBill(tokopay, c, (bill) => showPage(tokopay, c, bill)))
  app.post('/pay/:id', (c) =>
    withBill(tokopay, c, (bill) => {
      const isOpen = statusOf(tokopay, bill) === 'Unpaid'
      if (isOpen) payBill(tokopay, bill, { status: 'Success' })
      const back = isOpen && bill.redirectUrl !== '' ? bill.redirectUrl : c.req.url
      return c.redirect(back, 303)
    }),
  )
  return app
}

function withBill(
  tokopay: Tokopay,
  c: Context,
  then: (bill: Bill) => Response,
): Response | Promise<Response> {
  const bill = findByTrxId(tokopay, c.req.param('id') ?? '')
  if (bill) return then(bill)
  const body = `<h1>Halaman pembayaran tidak ditemukan</h1><p class="soft">Tautan ini tidak berlaku.</p>
<p class="soft" lang="en">Payment page not found: this link is not valid.</p>`
  return c.html(htmlPage('Tidak ditemukan', body), 404)
}

function showPage(tokopay: Tokopay, c: Context, bill: Bill): Response {
  const page = renderPayPage({
    bill,
    status: statusOf(tokopay, bill),
    language: c.req.query('lang') === 'en' ? 'en' : 'id',
    backUrl: bill.redirectUrl || tokopay.context.appUrl,
  })
  return new Response(page, { headers: { 'Content-Type': 'text/html; charset=utf-8' } })
}
