import type { ReactNode } from 'react'
import { exitTexts } from '../../i18n/exit-texts.ts'
import { localePath } from '../../i18n/locale.ts'
import { orderTexts } from '../../i18n/order-texts.ts'
import { payTexts } from '../../i18n/pay-texts.ts'
import { siteTexts } from '../../i18n/site-texts.ts'
import { ButtonLink } from '../../ui/button.tsx'
import { Alert, type Tone } from '../../ui/status.tsx'
import { isAwaitingPayment, isPaymentOver, lateSince, needsInput } from './order-progress.ts'
import type { ShownOrder } from './shown-order.ts'

type Note = { tone: Tone; title: string; text?: string }

/** What a button of this page just did, where it needs saying; undefined when the order moved on since. */
function noteOf({ view, locale, note }: ShownOrder): Note | undefined {
  const texts = orderTexts[locale]
  const pay = payTexts[locale]
  const exits = exitTexts[locale]
  const isLate = view.status === 'EXPIRED'
  const isUnpaid = isLate || isAwaitingPayment(view)
  switch (note) {
    case 'checked':
      if (!isUnpaid) return undefined
      return {
        tone: 'wait',
        title: texts.checkedTitle,
        text: isLate ? texts.checkedTextLate : texts.checkedText,
      }
    case 'not_cancellable':
      return view.status === 'CANCELLED' ? undefined : { tone: 'wait', title: texts.notCancellable }
    case 'renewed':
      if (!isAwaitingPayment(view)) return undefined
      return { tone: 'good', title: pay.renewed, text: pay.renewedText }
    case 'not_renewable':
      return { tone: 'wait', title: pay.notRenewable, text: pay.notRenewableText }
    case 'price_changed':
      return isUnpaid ? { tone: 'wait', title: pay.priceChanged, text: pay.priceChangedText } : undefined
    case 'sku_unavailable':
      return isUnpaid ? { tone: 'wait', title: pay.skuGone, text: pay.skuGoneText } : undefined
    case 'corrected':
      if (view.status !== 'PROCESSING' || needsInput(view)) return undefined
      return { tone: 'good', title: exits.corrected, text: exits.correctedText }
    case 'declined':
      return { tone: 'good', title: exits.declined }
    case 'not_correctable':
      return { tone: 'wait', title: exits.notCorrectable, text: exits.notCorrectableText }
    case 'account_saved':
      return view.payment.refund?.account === undefined
        ? undefined
        : { tone: 'good', title: exits.accountSaved }
    case 'not_needed':
      return { tone: 'wait', title: exits.notNeeded, text: exits.notNeededText }
    default:
      return undefined
  }
}

/** Paid and under way. Longer than usual, the same place says so and names the ways out; nothing moves then. */
function UnderWay(props: ShownOrder) {
  const { view, locale, now } = props
  const texts = orderTexts[locale]
  const exits = exitTexts[locale]
  const since = lateSince(view)
  const isLate = since !== undefined && Date.parse(since) <= Date.parse(now)
  return (
    <div
      className="swap"
      data-late-at={isLate ? undefined : since}
      data-late-text={exits.lateTitle}
      data-late={isLate ? '' : undefined}
    >
      <Alert tone="good" title={texts.processingTitle}>
        {texts.processingText}
      </Alert>
      <Alert tone="wait" title={exits.lateTitle}>
        <p className="mb-3">{exits.lateText}</p>
        <ButtonLink href="#help">{siteTexts[locale].toSupport}</ButtonLink>
      </Alert>
    </div>
  )
}

/** What the state means for the buyer. */
function meaningOf(props: ShownOrder): ReactNode {
  const { view, locale } = props
  const texts = orderTexts[locale]
  const slug = view.lines[0]?.productSlug
  const again = slug ? (
    <ButtonLink className="mt-2" href={localePath(`/products/${slug}`, locale)}>
      {texts.orderAgain}
    </ButtonLink>
  ) : null
  // Money that did not fit says more than the state it left behind.
  if (view.payment.surplus && view.status !== 'SUCCESS' && view.status !== 'PROCESSING') return null
  if (isPaymentOver(view)) {
    const isTimeOver = view.payment.status === 'expired'
    return (
      <Alert tone="wait" title={isTimeOver ? texts.expiredTitle : texts.unpaidTitle}>
        {texts.expiredText}
      </Alert>
    )
  }
  if (view.payment.status === 'review') {
    return (
      <Alert tone="wait" title={texts.reviewTitle}>
        {texts.reviewText}
      </Alert>
    )
  }
  switch (view.status) {
    case 'PROCESSING':
      if (!needsInput(view)) return <UnderWay {...props} />
      return (
        <Alert tone="wait" title={texts.needsInputTitle}>
          {texts.needsInputText}
        </Alert>
      )
    case 'EXPIRED':
      return (
        <Alert tone="wait" title={texts.expiredTitle}>
          <p>{texts.expiredText}</p>
          {view.payment.canRenew ? null : again}
        </Alert>
      )
    case 'CANCELLED':
      return (
        <Alert tone="calm" title={texts.cancelledTitle}>
          <p>{texts.cancelledText}</p>
          {again}
        </Alert>
      )
    case 'PARTIAL':
      return (
        <Alert tone="wait" title={texts.partialTitle}>
          {texts.partialText}
        </Alert>
      )
    case 'FAILED':
    case 'REFUNDED':
      return (
        <Alert tone="bad" title={texts.failedTitle}>
          {texts.failedText}
        </Alert>
      )
    default:
      return null
  }
}

/** The sentences above the order: what just happened, and what the state means. */
export function OrderMessage(props: ShownOrder) {
  const note = noteOf(props)
  return (
    <>
      {note ? (
        <Alert tone={note.tone} urgent title={note.title}>
          {note.text}
        </Alert>
      ) : null}
      {meaningOf(props)}
    </>
  )
}
