/**
 * The one script of shop pages. Pages are complete without it; it adds what only a running page can do:
 * live checks, a running summary, countdowns, live order state, copy buttons. Every part looks for its own
 * `data-*` marks and leaves the rest alone.
 */
import { startAccountCheck } from './account-check.ts'
import { startCheckoutForm } from './checkout-form.ts'
import { startCopyButtons } from './copy-buttons.ts'
import { startCountdown } from './countdown.ts'
import { startLiveOrder } from './live-order.ts'
import { startSendOnce } from './send-once.ts'
import { startSkuSearch } from './sku-search.ts'
import { startSnapPopup } from './snap-popup.ts'
import { startSummaryBar } from './summary-bar.ts'

startAccountCheck()
startSummaryBar()
startSkuSearch()
startCheckoutForm()
startCopyButtons()
startSendOnce()
startSnapPopup()
startLiveOrder()
startCountdown()
