import type { PaymentMethodOffer, Quote } from '../../../src/orders/order-view.ts'
import { formatRupiah } from '../../../src/shared/money.ts'
import { checkoutTexts } from '../../i18n/checkout-texts.ts'
import { localePath, type Locale } from '../../i18n/locale.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { FactRows, type FactRow } from '../../ui/fact-rows.tsx'
import { TextField } from '../../ui/field.tsx'
import { MAX_QUANTITY } from '../catalog/purchase-choice.ts'

type CheckoutSummaryProps = {
  locale: Locale
  quote: Quote
  chosen: PaymentMethodOffer | undefined
  productName: string
  skuName: string
  /** Who receives the goods, in one line; undefined for goods without a target. */
  account: string | undefined
  quantity: number
  canChangeQuantity: boolean
  isPayable: boolean
  backPath: string
}

function itemRows(props: CheckoutSummaryProps): FactRow[] {
  const { locale, quote, productName, skuName, account, quantity } = props
  const texts = checkoutTexts[locale]
  const rows: FactRow[] = [
    { key: 'product', label: texts.product, value: productName },
    { key: 'item', label: texts.item, value: quantity > 1 ? `${quantity} × ${skuName}` : skuName },
    ...(account ? [{ key: 'account', label: texts.account, value: account }] : []),
    { key: 'subtotal', label: texts.subtotal, value: formatRupiah(quote.subtotal) },
  ]
  if (quote.discount > 0) {
    rows.push({ key: 'discount', label: texts.discount, value: formatRupiah(-quote.discount) })
  }
  return rows
}

/** What is bought and what it costs with the chosen way to pay; the pay button. */
export function CheckoutSummary(props: CheckoutSummaryProps) {
  const { locale, chosen, quantity, canChangeQuantity, isPayable } = props
  const texts = checkoutTexts[locale]
  const totals: FactRow[] = [
    { key: 'fee', label: texts.fee, value: formatRupiah(chosen?.fee ?? 0) },
    {
      key: 'total',
      label: texts.total,
      value: formatRupiah(chosen?.total ?? props.quote.total),
      total: true,
    },
  ]
  return (
    <aside className="buy-aside card stack" aria-labelledby="summary-title">
      <h2 id="summary-title">{texts.summaryTitle}</h2>
      <FactRows rows={itemRows(props)} />
      <div className="needs-script" aria-live="polite">
        <FactRows rows={totals} />
      </div>
      <noscript>
        <p className="muted text-sm">{texts.totalByMethod}</p>
      </noscript>
      {isPayable ? (
        <Button look="primary" name="intent" value="pay" data-pay-button={texts.payAmount('{amount}')}>
          {texts.pay}
        </Button>
      ) : (
        <ButtonLink look="primary" href={props.backPath}>
          {texts.change}
        </ButtonLink>
      )}
      <p className="muted text-sm">
        {texts.refundLine} {texts.agree}{' '}
        <a className="text-link" href={localePath('/terms', locale)}>
          {texts.terms}
        </a>
        .
      </p>
      {canChangeQuantity ? (
        <details className="fold">
          <summary>{texts.changeQuantity(quantity)}</summary>
          <div className="flex items-end gap-3">
            <div className="w-24">
              <TextField
                id="quantity"
                name="quantity"
                label={texts.quantity}
                type="number"
                inputMode="numeric"
                min={1}
                max={MAX_QUANTITY}
                required
                defaultValue={quantity}
              />
            </div>
            <Button name="intent" value="recalculate" formNoValidate>
              {texts.recalculate}
            </Button>
          </div>
        </details>
      ) : null}
    </aside>
  )
}
