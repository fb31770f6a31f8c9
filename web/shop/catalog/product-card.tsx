import type { ServiceCard } from '../../../src/catalog/service-view.ts'
import { formatRupiah } from '../../../src/shared/money.ts'
import { localePath, type Locale } from '../../i18n/locale.ts'
import { siteTexts } from '../../i18n/site-texts.ts'
import { Badge } from '../../ui/status.tsx'

/** Cards above the fold, whose pictures are fetched at once. */
const EAGER_CARDS = 4

/** Products as a grid of linked cards. */
export function ProductGrid({ cards, locale }: { cards: readonly ServiceCard[]; locale: Locale }) {
  return (
    <ul className="product-grid">
      {cards.map((card, index) => (
        <li key={card.id}>
          <ProductCard card={card} locale={locale} isEager={index < EAGER_CARDS} isFirst={index === 0} />
        </li>
      ))}
    </ul>
  )
}

type ProductCardProps = { card: ServiceCard; locale: Locale; isEager: boolean; isFirst: boolean }

function ProductCard({ card, locale, isEager, isFirst }: ProductCardProps) {
  const texts = siteTexts[locale]
  const price =
    card.available && card.fromPrice !== null ? texts.from(formatRupiah(card.fromPrice)) : texts.soldOut
  return (
    <a className="product-card" href={localePath(`/products/${card.slug}`, locale)}>
      <img
        src={card.imageUrl}
        alt=""
        width="320"
        height="240"
        loading={isEager ? 'eager' : 'lazy'}
        decoding="async"
        fetchPriority={isFirst ? 'high' : undefined}
      />
      <div>
        <span>
          <Badge>{texts.kinds[card.deliveryKind]}</Badge>
        </span>
        <strong>{card.name}</strong>
        {card.publisher ? <span className="muted text-sm">{card.publisher}</span> : null}
        <span className="price">{price}</span>
      </div>
    </a>
  )
}
