import {
  STOCK_HINT_LIMIT,
  type CardRow,
  type ProductRow,
  type ServiceRow,
  type TileRow,
} from './catalog-view-store.ts'
import type { Service, ServiceCard, ServiceSku } from './service-view.ts'

/** The product of a row as the API shows it. */
export function toService(row: ServiceRow): Service {
  return {
    ...toHead(row),
    description: row.description,
    ...(row.description_en === '' ? {} : { descriptionEn: row.description_en }),
    notice: row.notice,
    ...(row.notice_en === null ? {} : { noticeEn: row.notice_en }),
    inputFields: row.input_fields,
    nicknameCheck: row.nickname_check,
    products: row.tiles.map(toSku),
  }
}

/** The card of a row. */
export function toCard(row: CardRow): ServiceCard {
  return { ...toHead(row), fromPrice: row.from_price, available: row.available }
}

function toHead(row: ProductRow): Omit<ServiceCard, 'fromPrice' | 'available'> {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    ...(row.publisher === '' ? {} : { publisher: row.publisher }),
    category: { slug: row.category_slug, name: row.category_name },
    deliveryKind: row.delivery_kind,
    imageUrl: row.image_url,
  }
}

function toSku(tile: TileRow): ServiceSku {
  const few = tile.free !== null && tile.free > 0 && tile.free <= STOCK_HINT_LIMIT
  return {
    sku: tile.sku,
    name: tile.name,
    price: tile.price,
    available: tile.available,
    ...(tile.group === null ? {} : { group: tile.group }),
    ...(few && tile.free !== null ? { stockHint: tile.free } : {}),
  }
}
