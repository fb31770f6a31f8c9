import type { AccountCheck, Service, ServiceSku } from '../../../src/catalog/service-view.ts'
import type { Quote } from '../../../src/orders/order-view.ts'
import { checkoutTexts } from '../../i18n/checkout-texts.ts'
import { localePath } from '../../i18n/locale.ts'
import { siteTexts } from '../../i18n/site-texts.ts'
import { Alert, Badge } from '../../ui/status.tsx'
import { choiceParams, type PurchaseChoice } from '../catalog/purchase-choice.ts'
import type { PageFacts } from '../page-facts.ts'
import { AccountConfirm } from './account-confirm.tsx'
import { CheckoutSummary } from './checkout-summary.tsx'
import { ContactCard } from './contact-card.tsx'
import { preferredOffer } from './method-groups.ts'
import { PaymentCard } from './payment-card.tsx'
import type { CheckoutAnswer } from './submit-checkout.ts'

type PayStepProps = {
  page: PageFacts
  service: Service
  sku: ServiceSku
  choice: PurchaseChoice
  quote: Quote
  check: AccountCheck | null
  idempotencyKey: string
  answer: CheckoutAnswer | undefined
}

/** Nickname and entered details in one line, to be compared once more beside the pay button. */
function accountLine(
  service: Service,
  choice: PurchaseChoice,
  check: AccountCheck | null,
): string | undefined {
  const entered = service.inputFields.map((field) => choice.input[field.name]).filter(Boolean)
  if (entered.length === 0) return undefined
  const details = entered.join(' / ')
  return check?.valid ? `${check.nickname} · ${details}` : details
}

/** The e-mail that an invitation goes to; undefined for products that invite nobody. */
function invitedEmail(service: Service, choice: PurchaseChoice): string | undefined {
  if (service.deliveryKind !== 'INVITE') return undefined
  const field = service.inputFields.find(({ type }) => type === 'email')
  return field && choice.input[field.name]
}

/** The last step before an order: account to confirm, contact, way to pay, total. */
export function PayStep({ answer, ...loaded }: PayStepProps) {
  const { page, service, sku, choice, check } = loaded
  const { locale } = page
  const texts = checkoutTexts[locale]
  const quote = answer?.quote ?? loaded.quote
  const methods = answer?.methods ?? quote.methods
  const quantity = answer?.values.quantity ?? choice.quantity
  const here = choiceParams({ ...choice, quantity })
  const backPath = localePath(`/checkout/${service.slug}?${here}&change=1`, locale)
  const chosen = preferredOffer(methods, answer?.values.paymentMethod)
  const isPayable = check?.valid !== false && chosen !== undefined
  return (
    <div className="wrap grid gap-5 pt-5">
      <nav aria-label="Breadcrumb" className="text-sm muted">
        <a className="text-link inline-block py-2.5" href={localePath('/products', locale)}>
          {siteTexts[locale].products}
        </a>
        <span aria-hidden="true"> / </span>
        <a className="text-link inline-block py-2.5" href={backPath}>
          {service.name}
        </a>
      </nav>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h1>{texts.heading}</h1>
        <Badge>{siteTexts[locale].kinds[service.deliveryKind]}</Badge>
      </div>
      {answer ? (
        <Alert tone={answer.notice.tone} urgent title={answer.notice.title}>
          {answer.notice.text}
        </Alert>
      ) : null}
      <form
        method="post"
        action={localePath(`/checkout/${service.slug}?${here}`, locale)}
        className="buy-layout"
        data-checkout-form=""
        data-sending={texts.sending}
      >
        <input type="hidden" name="idempotencyKey" value={answer?.idempotencyKey ?? loaded.idempotencyKey} />
        <input type="hidden" name="shownQuantity" value={quantity} />
        <div className="stack">
          <AccountConfirm
            locale={locale}
            service={service}
            input={choice.input}
            check={check}
            backPath={backPath}
            hasConfirmed={answer?.values.hasConfirmed ?? false}
            error={answer?.errors.confirm}
          />
          <ContactCard
            locale={locale}
            values={answer?.values}
            errors={answer?.errors ?? {}}
            invited={invitedEmail(service, choice)}
          />
          <PaymentCard
            locale={locale}
            methods={methods}
            chosen={chosen?.method}
            error={answer?.errors.paymentMethod}
          />
        </div>
        <CheckoutSummary
          locale={locale}
          quote={quote}
          chosen={chosen}
          productName={service.name}
          skuName={sku.name}
          account={accountLine(service, choice, check)}
          quantity={quantity}
          canChangeQuantity={service.deliveryKind !== 'INVITE'}
          isPayable={isPayable}
          backPath={backPath}
        />
      </form>
    </div>
  )
}
