import type { Service, ServiceSku } from '../../../src/catalog/service-view.ts'
import { formatRupiah } from '../../../src/shared/money.ts'
import type { Locale } from '../../i18n/locale.ts'
import { productTexts } from '../../i18n/product-texts.ts'
import { TextField } from '../../ui/field.tsx'
import { Alert } from '../../ui/status.tsx'
import { Tile } from '../../ui/tile.tsx'
import { groupSkus, MAX_QUANTITY, type PurchaseChoice } from './purchase-choice.ts'

/** Above this many tiles the groups get a row of links to jump by. */
const TILES_WITHOUT_LINKS = 12
/** Above this many tiles nobody finds one by looking. */
const TILES_WITHOUT_SEARCH = 30

type SkuTileProps = { sku: ServiceSku; locale: Locale; isChosen: boolean }

function SkuTile({ sku, locale, isChosen }: SkuTileProps) {
  const texts = productTexts[locale]
  const note = !sku.available ? texts.unavailable : sku.stockHint ? texts.stockLeft(sku.stockHint) : undefined
  return (
    <Tile
      name="sku"
      value={sku.sku}
      title={sku.name}
      price={formatRupiah(sku.price)}
      note={note}
      disabled={!sku.available}
      checked={isChosen}
      required
      facts={{ 'data-price': sku.price }}
    />
  )
}

/** Narrows the tiles while typing; where scripts are off the groups and their links serve. */
function SkuSearch({ locale }: { locale: Locale }) {
  const texts = productTexts[locale]
  return (
    <div className="field needs-script min-w-0 flex-1">
      <label htmlFor="sku-search">{texts.skuSearch}</label>
      <input
        className="control"
        id="sku-search"
        type="search"
        placeholder={texts.skuSearchHint}
        autoComplete="off"
        data-sku-search=""
      />
      <p className="muted" role="status" data-sku-search-none={texts.skuSearchNone} />
    </div>
  )
}

/** How many of the amount. Above the tiles: below a long list nobody would find it. */
function Quantity({ locale, quantity }: { locale: Locale; quantity: number }) {
  return (
    <div className="w-24">
      <TextField
        id="quantity"
        name="quantity"
        label={productTexts[locale].quantity}
        type="number"
        inputMode="numeric"
        min={1}
        max={MAX_QUANTITY}
        required
        defaultValue={quantity}
      />
    </div>
  )
}

type SkuCardProps = { service: Service; locale: Locale; choice: PurchaseChoice; step: number }

/** The denominations as one radio group, clustered and with jump links when there are many. */
export function SkuCard({ service, locale, choice, step }: SkuCardProps) {
  const texts = productTexts[locale]
  const groups = groupSkus(service.products)
  const hasLinks = groups.length > 1 && service.products.length > TILES_WITHOUT_LINKS
  const isSoldOut = service.products.every((sku) => !sku.available)
  return (
    <section className="card" aria-labelledby="sku-title">
      <h2 className="step-title" id="sku-title">
        <span aria-hidden="true">{step}</span>
        {texts.skuTitle}
      </h2>
      {isSoldOut ? (
        <div className="mb-4">
          <Alert tone="wait" title={texts.soldOutTitle}>
            {texts.soldOutText}
          </Alert>
        </div>
      ) : null}
      <div className="mb-4 flex flex-wrap items-start gap-3">
        {service.products.length > TILES_WITHOUT_SEARCH ? <SkuSearch locale={locale} /> : null}
        {service.deliveryKind === 'INVITE' ? null : <Quantity locale={locale} quantity={choice.quantity} />}
      </div>
      {hasLinks ? (
        <nav className="chips chips-swipe mb-4" aria-label={texts.groupsLabel}>
          {groups.map((group, index) => (
            <a key={group.name ?? ''} className="chip" href={`#group-${index}`}>
              {group.name ?? texts.otherGroup} <span className="muted">{group.skus.length}</span>
            </a>
          ))}
        </nav>
      ) : null}
      <fieldset className="grid gap-5" aria-labelledby="sku-title">
        {groups.map((group, index) => (
          <div key={group.name ?? ''} id={`group-${index}`} data-sku-group="">
            {groups.length > 1 ? <h3 className="mb-2">{group.name ?? texts.otherGroup}</h3> : null}
            <div className="tiles">
              {group.skus.map((sku) => (
                <SkuTile key={sku.sku} sku={sku} locale={locale} isChosen={sku.sku === choice.sku} />
              ))}
            </div>
          </div>
        ))}
      </fieldset>
    </section>
  )
}
