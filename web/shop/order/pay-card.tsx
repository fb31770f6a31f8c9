import { formatRupiah } from '../../../src/shared/money.ts'
import { formatTime } from '../../i18n/dates.ts'
import { methodLabel } from '../../i18n/method-texts.ts'
import { orderTexts } from '../../i18n/order-texts.ts'
import { payTexts } from '../../i18n/pay-texts.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Countdown } from '../../ui/countdown.tsx'
import { Alert } from '../../ui/status.tsx'
import type { SnapSetup } from '../enhance/snap-popup.ts'
import { hasWayToPay, isAwaitingPayment } from './order-progress.ts'
import { PaySteps, PayTarget } from './pay-target.tsx'
import { RenewForm } from './renew-form.tsx'
import type { ShownOrder } from './shown-order.ts'

function Amount({ view, locale }: ShownOrder) {
  const texts = payTexts[locale]
  const payable = view.payment.payable ?? view.total
  const more = payable - view.total
  return (
    <div className="pay-number">
      <p>
        <span className="muted block text-sm">{texts.amount}</span>
        <strong className="money text-2xl text-gold-soft" data-pay-amount="">
          {formatRupiah(payable)}
        </strong>
      </p>
      <CopyButton value={String(payable)} label={texts.copyAmount} copiedLabel={orderTexts[locale].copied} />
      {more === 0 ? null : (
        <p className="basis-full text-sm text-warn">
          {more > 0
            ? texts.payableMore(formatRupiah(view.total), formatRupiah(more))
            : texts.payableLess(formatRupiah(view.total))}
        </p>
      )}
    </div>
  )
}

/** The end of the time to pay; a payment that nobody could have made yet has none of its own. */
function deadlineOf({ view }: ShownOrder): string | null {
  return view.payment.expiresAt ?? view.expiresAt
}

function Deadline(props: ShownOrder) {
  const { locale, now } = props
  const texts = payTexts[locale]
  const until = deadlineOf(props)
  if (!until) return null
  const isOver = Date.parse(until) <= Date.parse(now)
  return (
    <div className="text-center">
      <Countdown until={until} urgentText={texts.urgent} overText={texts.over} />
      <p className="muted">{texts.until(formatTime(until))}</p>
      <p className="text-warn min-h-6" data-countdown-message="">
        {isOver ? texts.over : null}
      </p>
    </div>
  )
}

function PayLink({ view, locale, snap }: ShownOrder) {
  const { redirectUrl, token, qrString, vaNumber, code } = view.payment
  if (!redirectUrl) return null
  const setup: SnapSetup | null = snap && token ? { ...snap, token } : null
  // What can be paid right here needs no page of the provider; it stays as a second way.
  if (qrString ?? vaNumber ?? code) {
    return (
      <p className="text-center">
        <a className="text-link inline-block py-2.5" href={redirectUrl}>
          {payTexts[locale].payPage}
        </a>
      </p>
    )
  }
  return (
    <a
      className={buttonClass('primary', 'normal', 'w-full')}
      href={redirectUrl}
      data-snap={setup ? JSON.stringify(setup) : undefined}
    >
      {payTexts[locale].payButton}
    </a>
  )
}

/** "I have paid, and nothing happens": asks the gateway now. */
function PaidAlready({ locale, selfPath, isLate }: ShownOrder & { isLate: boolean }) {
  const texts = payTexts[locale]
  return (
    <form method="post" action={selfPath} className="grid gap-2" data-send-once="">
      <p>
        <strong>{texts.paidAlready}</strong>{' '}
        <span className="muted">{isLate ? texts.paidAlreadyLate : texts.paidAlreadyHelp}</span>
      </p>
      <Button name="intent" value="refresh">
        {texts.refresh}
      </Button>
    </form>
  )
}

/** Paying another way, which is also the way on when the time is over. */
function OtherWay(props: ShownOrder) {
  const { view, locale, now, answer } = props
  if (!view.payment.canRenew || props.methods.length === 0) return null
  const texts = payTexts[locale]
  const until = deadlineOf(props)
  const isOver = until !== null && Date.parse(until) <= Date.parse(now)
  return (
    <details
      className="fold fold-flush"
      id="other-way"
      open={isOver || answer?.form === 'renew'}
      data-open-when-over=""
    >
      <summary>{texts.otherWay}</summary>
      <div className="stack">
        <p className="muted text-sm">{texts.otherWayHelp}</p>
        <RenewForm {...props} button={texts.otherWayButton} />
      </div>
    </details>
  )
}

function Cancel({ locale, selfPath }: ShownOrder) {
  const texts = payTexts[locale]
  return (
    <details id="cancel">
      <summary className="muted py-2.5">{texts.cancelAsk}</summary>
      <form method="post" action={selfPath} className="flex flex-wrap items-center gap-3" data-send-once="">
        <p className="muted text-sm">{texts.cancelHelp}</p>
        <Button size="small" name="intent" value="cancel">
          {texts.cancel}
        </Button>
      </form>
    </details>
  )
}

/** How to pay, how long there is, and what to do when it seems stuck. */
export function PayCard(props: ShownOrder) {
  const { view, locale } = props
  const texts = payTexts[locale]
  return (
    <section className="card stack" aria-labelledby="pay-title">
      <div>
        <h2 id="pay-title">{texts.title}</h2>
        <p className="muted">{texts.by(methodLabel(view.payment.method, locale))}</p>
      </div>
      {hasWayToPay(view) ? null : (
        <Alert tone="wait" title={texts.preparingTitle}>
          {texts.preparingText}
        </Alert>
      )}
      <PayTarget {...props} />
      <Amount {...props} />
      <PayLink {...props} />
      <Deadline {...props} />
      <PaySteps {...props} />
      <PaidAlready {...props} isLate={false} />
      <OtherWay {...props} />
      <Cancel {...props} />
    </section>
  )
}

/** After the time to pay: "already paid?" first, then a new payment for the same order. */
export function LatePayCard(props: ShownOrder) {
  const { view, locale } = props
  const texts = payTexts[locale]
  const canRenew = view.payment.canRenew && props.methods.length > 0
  return (
    <>
      <section className="card stack">
        <PaidAlready {...props} isLate />
        {isAwaitingPayment(view) ? <Cancel {...props} /> : null}
      </section>
      {canRenew ? (
        <section className="card stack" aria-labelledby="renew-title">
          <div>
            <h2 id="renew-title">{texts.renewTitle}</h2>
            <p className="muted">{texts.renewHelp}</p>
          </div>
          <RenewForm {...props} button={texts.renewButton} />
        </section>
      ) : null}
    </>
  )
}
