import type { TrackView } from '../../../src/orders/order-view.ts'
import { formatRupiah } from '../../../src/shared/money.ts'
import { exitTexts } from '../../i18n/exit-texts.ts'
import type { Locale } from '../../i18n/locale.ts'
import { methodLabel } from '../../i18n/method-texts.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Alert } from '../../ui/status.tsx'
import type { ShownOrder } from './shown-order.ts'

/** Longest entries taken here; the domain has its own limits. */
const MAX_BANK = 60
const MAX_NUMBER = 40
const MAX_HOLDER = 100

/** Money that fits no order as it came: what happens to it, in plain words. */
export function Surplus({ view, locale }: { view: TrackView; locale: Locale }) {
  const { surplus } = view.payment
  if (!surplus) return null
  const texts = exitTexts[locale]
  return (
    <Alert tone="wait" title={texts.surplusTitle[surplus.kind]}>
      <p>{texts.surplus[surplus.kind](formatRupiah(surplus.amount))}</p>
      <p className="muted">{texts.surplusNext}</p>
    </Alert>
  )
}

function AccountForm({ locale, selfPath, answer }: ShownOrder) {
  const texts = exitTexts[locale]
  const refused = answer?.form === 'account' ? answer : undefined
  return (
    <form method="post" action={selfPath} className="stack" data-send-once="">
      {refused ? (
        <Alert tone="bad" urgent title={refused.title}>
          {refused.text}
        </Alert>
      ) : null}
      <TextField
        id="refund-bank"
        name="bank"
        label={texts.bank}
        help={texts.bankHelp}
        required
        maxLength={MAX_BANK}
        autoComplete="off"
        defaultValue={refused?.values['bank']}
        error={refused?.errors['bank']}
      />
      <TextField
        id="refund-number"
        name="number"
        label={texts.accountNumber}
        inputMode="numeric"
        required
        maxLength={MAX_NUMBER}
        autoComplete="off"
        defaultValue={refused?.values['number']}
        error={refused?.errors['number']}
      />
      <TextField
        id="refund-holder"
        name="holder"
        label={texts.holder}
        help={texts.holderHelp}
        required
        maxLength={MAX_HOLDER}
        autoComplete="name"
        defaultValue={refused?.values['holder']}
        error={refused?.errors['holder']}
      />
      <Button look="primary" name="intent" value="account">
        {texts.saveAccount}
      </Button>
    </form>
  )
}

/** What is returned, how that stands, and where it goes when a person sends it. */
export function Refund(props: ShownOrder) {
  const { view, locale, answer } = props
  const { refund } = view.payment
  if (!refund) return null
  const texts = exitTexts[locale]
  const amount = formatRupiah(refund.amount)
  const method = methodLabel(refund.method, locale)
  if (refund.state === 'done') {
    return (
      <Alert tone="good" title={texts.refundDoneTitle}>
        {refund.account ? texts.refundDoneTo(amount, refund.account) : texts.refund.done(amount, method)}
      </Alert>
    )
  }
  const status = (
    <Alert tone="wait" title={texts.refundTitle}>
      <p>{texts.refund[refund.state](amount, method)}</p>
      {refund.account ? (
        <p>
          {texts.refundTo(refund.account)} {texts.refundWait}
        </p>
      ) : null}
    </Alert>
  )
  if (refund.state === 'pending') return status
  if (refund.needsAccount) {
    return (
      <>
        {status}
        <section className="card stack" aria-labelledby="account-title">
          <div>
            <h2 id="account-title">{texts.accountTitle}</h2>
            <p className="muted">{texts.accountText}</p>
          </div>
          <AccountForm {...props} />
        </section>
      </>
    )
  }
  return (
    <>
      {status}
      {refund.account ? (
        <details className="fold" id="change-account" open={answer?.form === 'account'}>
          <summary>{texts.accountChange}</summary>
          <AccountForm {...props} />
        </details>
      ) : null}
    </>
  )
}
