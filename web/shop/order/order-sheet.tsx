import type { TrackView } from '../../../src/orders/order-view.ts'
import { formatRupiah } from '../../../src/shared/money.ts'
import { formatDateTime } from '../../i18n/dates.ts'
import { localePath, type Locale } from '../../i18n/locale.ts'
import { methodLabel } from '../../i18n/method-texts.ts'
import { orderTexts } from '../../i18n/order-texts.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { FactRows, type FactRow } from '../../ui/fact-rows.tsx'
import { Pill } from '../../ui/status.tsx'
import { Steps } from '../../ui/steps.tsx'
import type { LiveOrderSetup } from '../enhance/live-order.ts'
import { SupportButtons } from '../info/support-buttons.tsx'
import { OrderLines } from './order-lines.tsx'
import { OrderMessage } from './order-message.tsx'
import {
  hasWayToPay,
  isAwaitingPayment,
  isPaymentOver,
  needsInput,
  orderSteps,
  paceOf,
  stateLabel,
  toneOf,
} from './order-progress.ts'
import { Refund, Surplus } from './money-back.tsx'
import { LatePayCard, PayCard } from './pay-card.tsx'
import type { ShownOrder } from './shown-order.ts'

function SheetHeader({ view, locale }: { view: TrackView; locale: Locale }) {
  const texts = orderTexts[locale]
  return (
    <div className="card stack">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h1>{texts.heading}</h1>
        <Pill tone={toneOf(view.status)}>{stateLabel(view.status, locale)}</Pill>
      </div>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p>
          <span className="muted block text-sm">{texts.number}</span>
          <strong className="font-mono text-lg break-all" data-order-number="">
            {view.orderNumber}
          </strong>
        </p>
        <CopyButton value={view.orderNumber} label={texts.copyNumber} copiedLabel={texts.copied} />
      </div>
      <Steps label={texts.stepsLabel} steps={orderSteps(view, locale)} />
    </div>
  )
}

function totalRows(view: TrackView, locale: Locale): FactRow[] {
  const texts = orderTexts[locale]
  const rows: FactRow[] = [
    { key: 'created', label: texts.createdAt, value: formatDateTime(view.createdAt, locale) },
    { key: 'subtotal', label: texts.subtotal, value: formatRupiah(view.subtotal) },
    { key: 'fee', label: texts.fee, value: formatRupiah(view.fee) },
    { key: 'total', label: texts.total, value: formatRupiah(view.total), total: true },
  ]
  if (view.fee === 0) rows.splice(2, 1)
  if (view.payment.paidAt) {
    rows.splice(1, 0, {
      key: 'method',
      label: texts.method,
      value: methodLabel(view.payment.method, locale),
    })
    rows.splice(1, 0, {
      key: 'paid',
      label: texts.paidAt,
      value: formatDateTime(view.payment.paidAt, locale),
    })
  }
  return rows
}

/** The history of the order, oldest first. */
export function OrderHistory({ view, locale }: { view: TrackView; locale: Locale }) {
  return (
    <section className="card">
      <h2 className="mb-4">{orderTexts[locale].historyTitle}</h2>
      <ol className="timeline">
        {view.timeline.map((entry) => (
          <li key={`${entry.state} ${entry.at}`}>
            <p className="font-semibold">{stateLabel(entry.state, locale)}</p>
            <p className="muted text-sm">{formatDateTime(entry.at, locale)}</p>
          </li>
        ))}
      </ol>
    </section>
  )
}

/** The only way back to the order on another device; shown early, and as text for those without scripts. */
function KeepLink({ token, locale, origin }: ShownOrder) {
  const texts = orderTexts[locale]
  const link = `${origin}${localePath(`/track/${encodeURIComponent(token)}`, locale)}`
  return (
    <section className="card stack" aria-labelledby="keep-title">
      <h2 id="keep-title">{texts.saveLinkTitle}</h2>
      <p className="muted">{texts.saveLinkText}</p>
      <p>
        <a className="text-link inline-block py-2 break-all text-sm" href={link}>
          {link}
        </a>
      </p>
      <div>
        <CopyButton value={link} label={texts.copyLink} copiedLabel={texts.copied} />
      </div>
    </section>
  )
}

/** What there is to pay, or to pay anew; nothing where money came already that did not fit. */
function Paying(props: ShownOrder) {
  const { view } = props
  if (view.payment.surplus && !hasWayToPay(view)) return null
  if (view.status === 'EXPIRED' || isPaymentOver(view)) return <LatePayCard {...props} />
  return isAwaitingPayment(view) ? <PayCard {...props} /> : null
}

/** One buyer's order: state, payment, goods. Its parts are replaced in place when the order changes. */
export function OrderSheet(props: ShownOrder & { hasHistory?: boolean }) {
  const { view, token, locale, hasHistory } = props
  const texts = orderTexts[locale]
  const live: LiveOrderSetup = {
    url: `/api/track/${encodeURIComponent(token)}`,
    version: view.version,
    now: props.now,
    pace: paceOf(view),
    announcement: texts.statusNow(stateLabel(view.status, locale)),
  }
  // What the buyer has to do comes before what the buyer may keep.
  const isLinkFirst = isAwaitingPayment(view) || (view.status === 'PROCESSING' && !needsInput(view))
  const keepLink = <KeepLink {...props} />
  return (
    <div className="wrap wrap-narrow pt-6">
      <p className="sr-only" role="status" data-live-announcer="" />
      <div id="order" className="stack" data-order={JSON.stringify(live)} data-order-state={view.status}>
        <SheetHeader view={view} locale={locale} />
        <OrderMessage {...props} />
        <Surplus view={view} locale={locale} />
        <Refund {...props} />
        <Paying {...props} />
        {isLinkFirst ? keepLink : null}
        <section className="card stack" aria-labelledby="items-title">
          <h2 id="items-title">{texts.itemsTitle}</h2>
          <OrderLines {...props} />
          <FactRows rows={totalRows(view, locale)} />
        </section>
        {hasHistory ? <OrderHistory view={view} locale={locale} /> : null}
        {isLinkFirst ? null : keepLink}
        <section className="card stack" id="help">
          <h2>{texts.problem}</h2>
          <SupportButtons links={props.support} locale={locale} />
        </section>
      </div>
    </div>
  )
}
