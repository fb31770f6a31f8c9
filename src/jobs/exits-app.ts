import { correctInput, declineCorrection, setRefundAccount, trackOrder } from '#orders'
import { err, ok, type Result } from '#shared/result.ts'
import type { App } from '../app.ts'
import type { TrackView } from '../orders/order-view.ts'
import type { Shop } from './shop.ts'

type ExitsApp = Pick<App['orders'], 'correctInput' | 'declineCorrection' | 'setRefundAccount'>

/** What a buyer may do about an order that does not go on by itself. */
export function exitsApp(shop: Shop): ExitsApp {
  return {
    correctInput: async (token, line, input) =>
      await withView(shop, token, await correctInput(shop, token, line, input)),
    declineCorrection: async (token, line) =>
      await withView(shop, token, await declineCorrection(shop, token, line)),
    setRefundAccount: async (token, account) =>
      await withView(shop, token, await setRefundAccount(shop, token, account)),
  }
}

/** What was done, as the order's page shows it now. */
async function withView<E>(
  shop: Shop,
  token: string,
  done: Result<void, E>,
): Promise<Result<TrackView, E | { code: 'not_found' }>> {
  if (!done.ok) return done
  const view = await trackOrder(shop, token)
  return view === undefined ? err({ code: 'not_found' }) : ok(view)
}
