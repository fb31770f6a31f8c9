import type { ShownOrder } from './shown-order.ts'
import { payTexts } from '../../i18n/pay-texts.ts'
import { Button } from '../../ui/button.tsx'
import { Alert } from '../../ui/status.tsx'
import { preferredOffer } from '../checkout/method-groups.ts'
import { MethodList } from '../checkout/method-list.tsx'

/** The ways to pay this order anew; the one it had is chosen, so that "the same again" is one press. */
export function RenewForm(props: ShownOrder & { button: string }) {
  const { view, locale, selfPath, answer, button } = props
  const refused = answer?.form === 'renew' ? answer : undefined
  const offers = refused?.methods ?? props.methods
  const chosen = preferredOffer(offers, refused?.values['paymentMethod'] ?? view.payment.method)
  if (!chosen) return <p className="muted">{payTexts[locale].methodGoneText}</p>
  return (
    <form method="post" action={selfPath} className="stack" data-send-once="">
      {refused ? (
        <Alert tone="bad" urgent title={refused.title}>
          {refused.text}
        </Alert>
      ) : null}
      <fieldset>
        <legend className="sr-only">{button}</legend>
        <MethodList locale={locale} offers={offers} chosen={chosen.method} />
      </fieldset>
      <Button look="primary" name="intent" value="renew">
        {button}
      </Button>
    </form>
  )
}
