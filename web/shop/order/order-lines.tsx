import type { LineState, TrackLine } from '../../../src/orders/order-view.ts'
import { formatRupiah } from '../../../src/shared/money.ts'
import { pickText } from '../../i18n/locale.ts'
import { orderTexts } from '../../i18n/order-texts.ts'
import { siteTexts } from '../../i18n/site-texts.ts'
import { FactRows } from '../../ui/fact-rows.tsx'
import { Badge, Pill, type Tone } from '../../ui/status.tsx'
import { CorrectionForm } from './correction-form.tsx'
import { LineDelivery } from './line-delivery.tsx'
import type { ShownOrder } from './shown-order.ts'

const LINE_TONES: Record<LineState, Tone> = {
  WAITING: 'wait',
  PROCESSING: 'busy',
  NEEDS_INPUT: 'wait',
  DELIVERED: 'good',
  FAILED: 'bad',
  CANCELLED: 'calm',
  REFUNDED: 'calm',
}

function OrderLine(props: ShownOrder & { line: TrackLine }) {
  const { line, locale, now, rules } = props
  const texts = orderTexts[locale]
  return (
    <li className="grid gap-2 border-b border-line pb-4">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <div>
          <h3>{line.product}</h3>
          <p>
            {line.quantity} × {line.name}
          </p>
        </div>
        <Pill tone={LINE_TONES[line.status]}>{texts.lineStates[line.status]}</Pill>
      </div>
      <p>
        <Badge>{siteTexts[locale].kinds[line.deliveryKind]}</Badge>
      </p>
      <FactRows
        rows={[
          ...line.input.map(({ label, labelEn, value }) => ({
            key: label,
            label: pickText(locale, label, labelEn ?? label),
            value,
          })),
          { key: 'lineTotal', label: texts.lineTotal, value: formatRupiah(line.total) },
        ]}
      />
      {line.failure ? (
        <p className="text-bad">{pickText(locale, line.failure, line.failureEn ?? texts.failedLine)}</p>
      ) : null}
      <CorrectionForm {...props} line={line} />
      {line.delivery ? (
        <LineDelivery
          delivery={line.delivery}
          locale={locale}
          lineId={`line-${line.position}`}
          now={now}
          rules={rules[line.productSlug]}
        />
      ) : null}
    </li>
  )
}

/** What was ordered and, once there, what was delivered; what has to be corrected stands with its line. */
export function OrderLines(props: ShownOrder) {
  return (
    <ul className="grid gap-4">
      {props.view.lines.map((line) => (
        <OrderLine key={line.position} {...props} line={line} />
      ))}
    </ul>
  )
}
