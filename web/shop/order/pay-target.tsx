import { formatRupiah } from '../../../src/shared/money.ts'
import { brandOf } from '../../i18n/method-texts.ts'
import { orderTexts } from '../../i18n/order-texts.ts'
import { BANK_MENUS, payTexts } from '../../i18n/pay-texts.ts'
import { buttonClass } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { QrCode } from '../../ui/qr-code.tsx'
import type { ShownOrder } from './shown-order.ts'

/** Digits in groups that the eye can follow; copied by hand they are one number. Short codes stay whole. */
const GROUP = /.{1,4}/g
const SHORT = 6

function NumberToCopy({
  label,
  value,
  copyLabel,
  copied,
}: {
  label: string
  value: string
  copyLabel: string
  copied: string
}) {
  return (
    <div className="pay-number">
      <p className="basis-48">
        <span className="muted block text-sm">{label}</span>
        <strong className="digits">
          {(value.length > SHORT ? (value.match(GROUP) ?? []) : [value]).map((part, index) => (
            <span key={`${index} ${part}`}>{part}</span>
          ))}
        </strong>
      </p>
      <CopyButton value={value} label={copyLabel} copiedLabel={copied} />
    </div>
  )
}

function Qr({ view, locale, merchant, token }: ShownOrder) {
  const { qrString } = view.payment
  if (!qrString) return null
  const texts = payTexts[locale]
  return (
    <div className="grid justify-items-center gap-3 text-center">
      <QrCode text={qrString} label={texts.qrLabel} />
      {merchant ? (
        <p>
          <span className="muted block text-sm">{texts.merchant}</span>
          <strong>{merchant}</strong>
        </p>
      ) : null}
      <p className="muted text-sm">
        {texts.qrHelp} {texts.qrHelpSamePhone}
      </p>
      <a
        className={buttonClass()}
        href={`/api/track/${encodeURIComponent(token)}/qr.png`}
        download={`qris-${view.orderNumber}.png`}
      >
        {texts.qrSave}
      </a>
    </div>
  )
}

/** What is scanned, transferred to or told at the till: QR code, account number, bill or store code. */
export function PayTarget(props: ShownOrder) {
  const { view, locale } = props
  const { qrString, vaNumber, bank = '', code } = view.payment
  const texts = payTexts[locale]
  const { copied } = orderTexts[locale]
  const name = brandOf(bank) ?? bank
  if (qrString) return <Qr {...props} />
  if (vaNumber && code) {
    return (
      <div className="grid gap-3">
        <NumberToCopy label={texts.billerCode} value={code} copyLabel={texts.copyBiller} copied={copied} />
        <NumberToCopy label={texts.billKey} value={vaNumber} copyLabel={texts.copyBill} copied={copied} />
      </div>
    )
  }
  if (vaNumber) {
    return (
      <NumberToCopy label={texts.vaNumber(name)} value={vaNumber} copyLabel={texts.copyVa} copied={copied} />
    )
  }
  if (!code) return null
  return (
    <NumberToCopy label={texts.storeCode(name)} value={code} copyLabel={texts.copyStore} copied={copied} />
  )
}

type Way = { title: string; steps: string[] }

function waysOf({ view, locale }: ShownOrder): Way[] {
  const { vaNumber, bank = '', code } = view.payment
  const texts = payTexts[locale]
  const name = brandOf(bank) ?? bank
  const amount = formatRupiah(view.payment.payable ?? view.total)
  const check = texts.checkAndConfirm(amount)
  if (!vaNumber) return code ? [{ title: name, steps: texts.storeSteps(name) }] : []
  const menus = BANK_MENUS[name]
  const enter = code ? texts.enterBill : texts.enterVa
  const ways: Way[] = menus
    ? [
        { title: texts.app(name), steps: [texts.open(menus.app), enter, check] },
        { title: texts.atm(name), steps: [texts.open(menus.atm), enter, check] },
      ]
    : []
  if (!code) {
    ways.push({ title: texts.otherBank, steps: [...texts.otherBankSteps, texts.checkAmount(amount)] })
  }
  return ways
}

/** How it is done, step by step, for each place where it can be paid. */
export function PaySteps(props: ShownOrder) {
  const ways = waysOf(props)
  if (ways.length === 0) return null
  return (
    <details className="fold" id="pay-steps">
      <summary>{payTexts[props.locale].stepsTitle}</summary>
      <div className="grid gap-4">
        {ways.map((way) => (
          <div key={way.title}>
            <h3 className="mb-1">{way.title}</h3>
            <ol className="list-decimal pl-5 grid gap-1">
              {way.steps.map((step) => (
                <li key={step}>{step}</li>
              ))}
            </ol>
          </div>
        ))}
      </div>
    </details>
  )
}
