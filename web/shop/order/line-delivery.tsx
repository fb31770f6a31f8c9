import type { DeliveryView } from '../../../src/orders/order-view.ts'
import { formatDateTime, formatDay } from '../../i18n/dates.ts'
import { deliveryTexts } from '../../i18n/delivery-texts.ts'
import type { Locale } from '../../i18n/locale.ts'
import { orderTexts } from '../../i18n/order-texts.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { FactRows, type FactRow } from '../../ui/fact-rows.tsx'
import { Alert, type Tone } from '../../ui/status.tsx'

const SECONDS_PER_MINUTE = 60
const SECONDS_PER_HOUR = 3600
const SECONDS_PER_DAY = 86_400
/** From here on hours say more than minutes, and days more than hours. */
const HOURS_FROM = 2 * SECONDS_PER_HOUR
const DAYS_FROM = 2 * SECONDS_PER_DAY
/** Characters of a code that stay readable while it is folded: enough to tell two codes apart. */
const VISIBLE_TAIL = 3

/** The code with all but its last characters hidden; short codes are hidden whole. */
export function maskCode(code: string): string {
  const tail = code.length > VISIBLE_TAIL * 3 ? code.slice(-VISIBLE_TAIL) : ''
  return `••••••${tail}`
}

/** A duration ahead as people say it: rounded up, in the unit that fits. */
export function etaText(seconds: number, locale: Locale): string {
  const texts = deliveryTexts[locale]
  if (seconds < SECONDS_PER_MINUTE) return texts.soon
  if (seconds < HOURS_FROM) return texts.minutes(Math.ceil(seconds / SECONDS_PER_MINUTE))
  if (seconds < DAYS_FROM) return texts.hours(Math.ceil(seconds / SECONDS_PER_HOUR))
  return texts.days(Math.ceil(seconds / SECONDS_PER_DAY))
}

type Shown = { locale: Locale; lineId: string; now: string; rules: string | undefined }
type CodesView = Extract<DeliveryView, { kind: 'codes' }>
type InviteDelivery = Extract<DeliveryView, { kind: 'invite' }>

/** How long shared access runs, and what its users keep to. */
function SharedNote({ delivery, locale, now }: Shown & { delivery: CodesView }) {
  if (!delivery.shared) return null
  const texts = deliveryTexts[locale]
  const { expiresAt } = delivery.shared
  const day = expiresAt && formatDay(expiresAt, locale)
  return (
    <div className="grid gap-1">
      {expiresAt && day ? (
        <p className="font-semibold">
          {Date.parse(expiresAt) > Date.parse(now) ? texts.sharedUntil(day) : texts.sharedEnded(day)}
        </p>
      ) : null}
      <p className="muted text-sm">{texts.sharedText}</p>
    </div>
  )
}

function Codes(props: Shown & { delivery: CodesView }) {
  const { delivery, locale, lineId, rules } = props
  const texts = deliveryTexts[locale]
  const isShared = delivery.shared !== undefined
  return (
    <div className="grid gap-2">
      <h4 className="font-semibold">
        {isShared ? texts.sharedTitle : texts.codesTitle(delivery.codes.length)}
      </h4>
      {delivery.codes.map((code, index) => (
        <details
          // Two seats of one account have the same text.
          key={`${lineId}-code-${index}`}
          className="fold"
          data-secret=""
          id={`${lineId}-code-${index}`}
        >
          <summary>
            {isShared ? texts.revealAccess : texts.reveal}{' '}
            <span className="muted font-mono">{isShared ? '••••••' : maskCode(code)}</span>
          </summary>
          <div className="grid gap-2 justify-items-start">
            <code className="secret w-full">{code}</code>
            <CopyButton
              value={code}
              label={isShared ? texts.copyAccess : texts.copyCode}
              copiedLabel={orderTexts[locale].copied}
            />
          </div>
        </details>
      ))}
      <SharedNote {...props} />
      {rules ? (
        <div className="rules">
          <h5 className="font-semibold">{texts.rulesTitle}</h5>
          <p className="whitespace-pre-line">{rules}</p>
        </div>
      ) : null}
      {delivery.codes.length > 0 ? <p className="muted text-sm">{texts.codesWarning}</p> : null}
    </div>
  )
}

const INVITE_TONES: Record<InviteDelivery['state'], Tone> = {
  queued: 'wait',
  sending: 'busy',
  invited: 'wait',
  joined: 'good',
  ended: 'calm',
}

function Invite({ delivery, locale }: Shown & { delivery: InviteDelivery }) {
  const texts = deliveryTexts[locale]
  const rows: FactRow[] = []
  if (delivery.position !== undefined) {
    rows.push({ key: 'place', label: texts.invitePosition, value: texts.invitePlace(delivery.position) })
  }
  if (delivery.etaSeconds !== undefined) {
    rows.push({ key: 'eta', label: texts.inviteEta, value: etaText(delivery.etaSeconds, locale) })
  }
  if (delivery.expiresAt !== undefined) {
    rows.push({
      key: 'until',
      label: texts.inviteUntil,
      value: formatDateTime(delivery.expiresAt, locale),
    })
  }
  return (
    <div className="grid gap-2">
      <h4 className="font-semibold">{texts.inviteTitle}</h4>
      <Alert tone={INVITE_TONES[delivery.state]} title={texts.invite[delivery.state]}>
        <p className="break-words">{texts.inviteText[delivery.state](delivery.email)}</p>
      </Alert>
      {rows.length > 0 ? <FactRows rows={rows} /> : null}
    </div>
  )
}

/** What a line brought, or how far its invitation is. */
export function LineDelivery(props: Shown & { delivery: DeliveryView }) {
  const { delivery, locale } = props
  switch (delivery.kind) {
    case 'codes':
      return <Codes {...props} delivery={delivery} />
    case 'invite':
      return <Invite {...props} delivery={delivery} />
    case 'topup': {
      const texts = deliveryTexts[locale]
      return (
        <div className="grid gap-2 justify-items-start">
          <h4 className="font-semibold">{texts.serial}</h4>
          <code className="secret w-full">{delivery.serialNumber}</code>
          <CopyButton
            value={delivery.serialNumber}
            label={texts.copySerial}
            copiedLabel={orderTexts[locale].copied}
          />
        </div>
      )
    }
  }
}
