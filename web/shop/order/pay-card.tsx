import { formatRupiah } from '../../../src/shared/money.ts'
import { formatTime } from '../../i18n/dates.ts'
import { orderTexts } from '../../i18n/order-texts.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Countdown } from '../../ui/countdown.tsx'
import { QrCode } from '../../ui/qr-code.tsx'
import { Alert } from '../../ui/status.tsx'
import type { SnapSetup } from '../enhance/snap-popup.ts'
import type { ShownOrder } from './shown-order.ts'

function Amount({ view, locale }: ShownOrder) {
  const texts = orderTexts[locale]
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <p>
        <span className="muted block text-sm">{texts.amount}</span>
        <strong className="money text-2xl text-gold-soft">{formatRupiah(view.total)}</strong>
      </p>
      <CopyButton value={String(view.total)} label={texts.copyAmount} copiedLabel={texts.copied} />
    </div>
  )
}

function Deadline({ view, locale }: ShownOrder) {
  const texts = orderTexts[locale]
  const until = view.payment.expiresAt ?? view.expiresAt
  if (!until) return null
  return (
    <div className="text-center">
      <Countdown until={until} urgentText={texts.urgent} overText={texts.over} />
      <p className="muted">{texts.until(formatTime(until))}</p>
      <p className="text-warn" role="status" data-countdown-message="" />
    </div>
  )
}

function PayLink({ view, locale, snap }: ShownOrder) {
  const { redirectUrl, token } = view.payment
  if (!redirectUrl) return null
  const setup: SnapSetup | null = snap && token ? { ...snap, token } : null
  return (
    <a
      className={buttonClass('primary', 'normal', 'w-full')}
      href={redirectUrl}
      data-snap={setup ? JSON.stringify(setup) : undefined}
    >
      {orderTexts[locale].payButton}
    </a>
  )
}

function Qr({ view, locale }: ShownOrder) {
  const { qrString } = view.payment
  if (!qrString) return null
  const texts = orderTexts[locale]
  return (
    <div className="stack text-center" data-qr={view.orderNumber}>
      <QrCode text={qrString} label={texts.qrLabel} />
      <p className="muted text-sm">{texts.qrHelp}</p>
      <Button type="button" className="needs-script mx-auto" data-qr-save="">
        {texts.qrSave}
      </Button>
    </div>
  )
}

/** Asking for a check, and cancelling; both work without a script. */
function PayerButtons({ view, locale, selfPath }: ShownOrder) {
  const texts = orderTexts[locale]
  const isLate = view.status === 'EXPIRED'
  return (
    <div className="grid gap-2">
      <form method="post" action={selfPath} className="grid gap-2">
        <p>
          <strong>{texts.paidAlready}</strong>{' '}
          <span className="muted">{isLate ? texts.paidAlreadyLate : texts.paidAlreadyHelp}</span>
        </p>
        <Button name="intent" value="refresh">
          {texts.refresh}
        </Button>
      </form>
      {isLate ? null : (
        <details>
          <summary className="muted py-2.5">{texts.cancelAsk}</summary>
          <form method="post" action={selfPath} className="flex flex-wrap items-center gap-3">
            <p className="muted text-sm">{texts.cancelHelp}</p>
            <Button size="small" name="intent" value="cancel">
              {texts.cancel}
            </Button>
          </form>
        </details>
      )}
    </div>
  )
}

/** How to pay, how long there is, and what to do when it seems stuck. */
export function PayCard(props: ShownOrder) {
  const { view, locale } = props
  const texts = orderTexts[locale]
  const canPay = view.status !== 'EXPIRED'
  const hasWay = Boolean(view.payment.redirectUrl ?? view.payment.qrString)
  return (
    <section className="card stack" aria-labelledby={canPay ? 'pay-title' : undefined}>
      {canPay ? (
        <>
          <h2 id="pay-title">{texts.payTitle}</h2>
          {hasWay ? null : (
            <Alert tone="wait" title={texts.preparingTitle}>
              {texts.preparingText}
            </Alert>
          )}
          <Qr {...props} />
          <Amount {...props} />
          <Deadline {...props} />
          <PayLink {...props} />
        </>
      ) : null}
      <PayerButtons {...props} />
    </section>
  )
}
