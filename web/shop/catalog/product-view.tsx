import type { Service } from '../../../src/catalog/service-view.ts'
import { localePath, pickText, type Locale } from '../../i18n/locale.ts'
import { productTexts } from '../../i18n/product-texts.ts'
import { siteTexts } from '../../i18n/site-texts.ts'
import { Button } from '../../ui/button.tsx'
import { Alert, Badge } from '../../ui/status.tsx'
import type { SummarySetup } from '../enhance/summary-bar.ts'
import { AccountCard } from './account-card.tsx'
import { findChosenSku, type InputMistake, type PurchaseChoice } from './purchase-choice.ts'
import { SkuCard } from './sku-card.tsx'

function ProductHeader({ service, kind }: { service: Service; kind: string }) {
  return (
    <div className="flex gap-4 items-center">
      <img className="hero-art" src={service.imageUrl} alt="" width="104" height="78" fetchPriority="high" />
      <div className="grid gap-1">
        <h1>{service.name}</h1>
        {service.publisher ? <p className="muted">{service.publisher}</p> : null}
        <p>
          <Badge>{kind}</Badge>
        </p>
      </div>
    </div>
  )
}

function Summary({ locale }: { locale: Locale }) {
  const texts = productTexts[locale]
  const setup: SummarySetup = {
    nothing: texts.nothingChosen,
    next: texts.next,
    fill: texts.nextFill('{label}'),
    choose: texts.nextChoose,
  }
  return (
    <aside
      className="buy-aside summary-bar grid gap-2"
      aria-label={texts.summaryLabel}
      data-summary={JSON.stringify(setup)}
    >
      <p className="needs-script flex justify-between gap-3 min-h-6">
        <span data-summary-item="">{texts.nothingChosen}</span>
        <strong className="money text-gold-soft" data-summary-price="" />
      </p>
      <Button look="primary" className="w-full" data-summary-button="">
        {texts.next}
      </Button>
      <p className="muted text-sm text-center max-lg:hidden">{texts.refundLine}</p>
    </aside>
  )
}

function fixText({ service, choice, mistakes, locale, isGone }: ProductViewProps): string {
  const texts = productTexts[locale]
  if (isGone) return texts.skuGone
  if (Object.keys(mistakes).length > 0 || findChosenSku(service, choice)) return texts.fixText
  return choice.sku ? texts.skuGone : texts.skuMissing
}

type ProductViewProps = {
  service: Service
  locale: Locale
  choice: PurchaseChoice
  mistakes: Record<string, InputMistake>
  /** The choice was refused: says so at the top. */
  isFixing: boolean
  /** The order found the amount sold out, which this page may learn a moment later. */
  isGone?: boolean
}

/** One product with the form that leads to its payment. */
export function ProductView(props: ProductViewProps) {
  const { service, locale, choice, mistakes, isFixing } = props
  const texts = productTexts[locale]
  const notice = service.notice ? pickText(locale, service.notice, service.noticeEn) : null
  const hasFields = service.inputFields.length > 0
  return (
    <div className="wrap grid grid-cols-1 gap-5 pt-5">
      <nav aria-label="Breadcrumb" className="text-sm muted">
        <a className="text-link inline-block py-2.5" href={localePath('/products', locale)}>
          {siteTexts[locale].products}
        </a>
        <span aria-hidden="true"> / </span>
        <a
          className="text-link inline-block py-2.5"
          href={localePath(`/products?category=${encodeURIComponent(service.category.slug)}`, locale)}
        >
          {service.category.name}
        </a>
      </nav>
      <ProductHeader service={service} kind={siteTexts[locale].kinds[service.deliveryKind]} />
      {notice ? (
        <Alert tone="wait" title={texts.noticeTitle}>
          <p className="whitespace-pre-line">{notice}</p>
        </Alert>
      ) : null}
      {isFixing ? (
        <Alert tone="bad" urgent title={texts.fixTitle}>
          {fixText(props)}
        </Alert>
      ) : null}
      <form action={`/checkout/${service.slug}`} method="get" className="buy-layout" data-buy-form="">
        <div className="stack">
          {hasFields ? (
            <AccountCard service={service} locale={locale} choice={choice} mistakes={mistakes} />
          ) : null}
          <SkuCard service={service} locale={locale} choice={choice} step={hasFields ? 2 : 1} />
          {locale === 'en' ? <input type="hidden" name="lang" value="en" /> : null}
        </div>
        <Summary locale={locale} />
      </form>
      <div className="grid gap-4 lg:grid-cols-2">
        <section className="card">
          <h2 className="mb-2">{texts.deliveryTitle}</h2>
          <p className="muted">
            {service.deliveryKind === 'SUPPLIER' && !hasFields
              ? texts.deliveryByCode
              : texts.delivery[service.deliveryKind]}
          </p>
        </section>
        <section className="card">
          <h2 className="mb-2">{texts.aboutTitle}</h2>
          <p className="muted whitespace-pre-line">
            {pickText(locale, service.description, service.descriptionEn)}
          </p>
        </section>
      </div>
    </div>
  )
}
