import type { DeliveryView, LineState, TrackLine } from '../../../src/orders/order-view.ts'
import { formatRupiah } from '../../../src/shared/money.ts'
import type { Locale } from '../../i18n/locale.ts'
import { failureText } from '../../i18n/failure-texts.ts'
import { orderTexts } from '../../i18n/order-texts.ts'
import { siteTexts } from '../../i18n/site-texts.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { FactRows } from '../../ui/fact-rows.tsx'
import { Badge, Pill, type Tone } from '../../ui/status.tsx'

const SECONDS_PER_MINUTE = 60
/** Characters of a code that stay readable while it is folded: enough to tell two codes apart. */
const VISIBLE_TAIL = 3

const LINE_TONES: Record<LineState, Tone> = {
  WAITING: 'wait',
  PROCESSING: 'busy',
  DELIVERED: 'good',
  FAILED: 'bad',
  CANCELLED: 'calm',
  REFUNDED: 'calm',
}

/** The code with all but its last characters hidden; short codes are hidden whole. */
export function maskCode(code: string): string {
  const tail = code.length > VISIBLE_TAIL * 3 ? code.slice(-VISIBLE_TAIL) : ''
  return `••••••${tail}`
}

function Codes({ codes, locale }: { codes: readonly string[]; locale: Locale }) {
  const texts = orderTexts[locale]
  return (
    <div className="grid gap-2">
      <h4 className="font-semibold">{texts.codesTitle(codes.length)}</h4>
      {codes.map((code) => (
        <details key={code} className="fold" data-secret="">
          <summary>
            {texts.reveal} <span className="muted font-mono">{maskCode(code)}</span>
          </summary>
          <div className="grid gap-2 justify-items-start">
            <code className="secret w-full">{code}</code>
            <CopyButton value={code} label={texts.copyCode} copiedLabel={texts.copied} />
          </div>
        </details>
      ))}
      <p className="muted text-sm">{texts.codesWarning}</p>
    </div>
  )
}

function Delivery({ delivery, locale }: { delivery: DeliveryView; locale: Locale }) {
  const texts = orderTexts[locale]
  switch (delivery.kind) {
    case 'codes':
      return <Codes codes={delivery.codes} locale={locale} />
    case 'topup':
      return (
        <div className="grid gap-2 justify-items-start">
          <h4 className="font-semibold">{texts.serial}</h4>
          <code className="secret w-full">{delivery.serialNumber}</code>
          <CopyButton value={delivery.serialNumber} label={texts.copySerial} copiedLabel={texts.copied} />
        </div>
      )
    case 'invite': {
      const facts = [
        delivery.state,
        delivery.position === undefined ? '' : texts.invitePosition(delivery.position),
        delivery.etaSeconds === undefined
          ? ''
          : texts.inviteEta(Math.max(1, Math.ceil(delivery.etaSeconds / SECONDS_PER_MINUTE))),
      ]
      return (
        <p>
          <strong>{texts.invite}:</strong> {facts.filter(Boolean).join(', ')}
        </p>
      )
    }
  }
}

function OrderLine({ line, locale }: { line: TrackLine; locale: Locale }) {
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
          ...line.input.map(({ label, value }) => ({ key: label, label, value })),
          { key: 'lineTotal', label: texts.lineTotal, value: formatRupiah(line.total) },
        ]}
      />
      {line.failure ? <p className="text-bad">{failureText(line.failure, locale)}</p> : null}
      {line.delivery ? <Delivery delivery={line.delivery} locale={locale} /> : null}
    </li>
  )
}

/** What was ordered and, once there, what was delivered. */
export function OrderLines({ lines, locale }: { lines: readonly TrackLine[]; locale: Locale }) {
  return (
    <ul className="grid gap-4">
      {lines.map((line, index) => (
        <OrderLine key={`${index} ${line.sku}`} line={line} locale={locale} />
      ))}
    </ul>
  )
}
