import { redirect } from 'react-router'
import type { App } from '../../../src/app.ts'

/** The address of an order page with a note of what was just done, so that a reload repeats nothing. */
function noted(url: URL, note: string): string {
  const params = new URLSearchParams(url.search)
  params.set('note', note)
  return `${url.pathname}?${params}`
}

/** Does what a button of the order page asks for, then sends the browser back to the page. */
export async function runOrderAction(app: App, token: string, form: FormData, url: URL): Promise<Response> {
  if (form.get('intent') === 'cancel') {
    const cancelled = await app.orders.cancel(token)
    return redirect(noted(url, cancelled.ok ? 'cancelled' : 'not_cancellable'), 303)
  }
  await app.orders.refreshPayment(token)
  return redirect(noted(url, 'checked'), 303)
}
