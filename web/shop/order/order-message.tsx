import type { ReactNode } from 'react'
import type { TrackView } from '../../../src/orders/order-view.ts'
import { localePath, type Locale } from '../../i18n/locale.ts'
import { orderTexts } from '../../i18n/order-texts.ts'
import { ButtonLink } from '../../ui/button.tsx'
import { Alert } from '../../ui/status.tsx'
import { isAwaitingPayment } from './order-progress.ts'

type OrderMessageProps = { view: TrackView; locale: Locale; note: string | null }

/** What a button of this page just did, where it needs saying. */
function noteOf({ view, locale, note }: OrderMessageProps): ReactNode {
  const texts = orderTexts[locale]
  const isLate = view.status === 'EXPIRED'
  if (note === 'checked' && (isLate || isAwaitingPayment(view))) {
    return (
      <Alert tone="wait" urgent title={texts.checkedTitle}>
        {isLate ? texts.checkedTextLate : texts.checkedText}
      </Alert>
    )
  }
  if (note === 'not_cancellable' && view.status !== 'CANCELLED') {
    return <Alert tone="wait" urgent title={texts.notCancellable} />
  }
  return null
}

/** What the state means for the buyer. */
function meaningOf({ view, locale }: OrderMessageProps): ReactNode {
  const texts = orderTexts[locale]
  const slug = view.lines[0]?.productSlug
  const again = slug ? (
    <ButtonLink className="mt-2" href={localePath(`/products/${slug}`, locale)}>
      {texts.orderAgain}
    </ButtonLink>
  ) : null
  if (view.payment.status === 'review') {
    return (
      <Alert tone="wait" title={texts.reviewTitle}>
        {texts.reviewText}
      </Alert>
    )
  }
  switch (view.status) {
    case 'PROCESSING':
      return (
        <Alert tone="good" title={texts.processingTitle}>
          {texts.processingText}
        </Alert>
      )
    case 'EXPIRED':
      return (
        <Alert tone="wait" title={texts.expiredTitle}>
          <p>{texts.expiredText}</p>
          {again}
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
export function OrderMessage(props: OrderMessageProps) {
  return (
    <>
      {noteOf(props)}
      {meaningOf(props)}
    </>
  )
}
