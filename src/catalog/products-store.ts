import type { Tx } from '#platform/database.ts'
import type { DeliveryKind, InputField } from './service-view.ts'

export type CategoryWrite = { id: string; slug: string; name: string; nameEn: string; position: number }

/** A product to create. `source` and `sourceKey` are the identity under which it is found again. */
export type ProductWrite = {
  id: string
  slug: string
  name: string
  publisher: string
  category: string
  deliveryKind: DeliveryKind
  description: string
  descriptionEn: string
  notice: string | null
  noticeEn: string | null
  imageUrl: string
  inputFields: readonly InputField[]
  nicknameCode: string | null
  popularity: number
  source: string
  sourceKey: string
  searchWords: string
}

export type SkuWrite = {
  id: string
  productId: string
  code: string
  name: string
  group: string | null
  position: number
  available: boolean
}

/** Creates categories that do not exist yet. */
export async function createCategories(tx: Tx, categories: readonly CategoryWrite[]): Promise<void> {
  await tx.count({
    text: `insert into categories (id, slug, name, name_en, position)
      select id, slug, name, "nameEn", position from jsonb_to_recordset($1::jsonb)
        as new (id uuid, slug text, name text, "nameEn" text, position integer)
      on conflict (slug) do nothing`,
    values: [JSON.stringify(categories)],
  })
}

/**
 * Creates products that do not exist yet and leaves the others as they are: what an operator edited stays. When
 * another product has the slug already, the new one's gets `-otomatis` at its end; it starts hidden when that other
 * one is sold from the shop's own shelf, as the same goods twice side by side only confuse.
 */
export async function createProducts(tx: Tx, products: readonly ProductWrite[], now: Date): Promise<void> {
  await tx.count({
    text: `insert into products (id, slug, name, publisher, category_id, delivery_kind, description, description_en,
        notice, notice_en, image_url, input_fields, nickname_code, popularity, source, source_key, search_words,
        state, created_at, updated_at)
      select new.id, case when taken.id is null then new.slug else new.slug || '-otomatis' end,
        case when taken.id is null then new.name else new.name || ' Otomatis' end, new.publisher, c.id,
        new."deliveryKind", new.description, new."descriptionEn", new.notice, new."noticeEn", new."imageUrl",
        new."inputFields", new."nicknameCode", new.popularity, new.source, new."sourceKey", new."searchWords",
        case when taken.delivery_kind = 'STOCK' then 'hidden' else 'active' end, $2, $2
      from jsonb_to_recordset($1::jsonb) as new (id uuid, slug text, name text, publisher text, category text,
        "deliveryKind" text, description text, "descriptionEn" text, notice text, "noticeEn" text, "imageUrl" text,
        "inputFields" jsonb, "nicknameCode" text, popularity integer, source text, "sourceKey" text, "searchWords" text)
      join categories c on c.slug = new.category
      left join products taken on taken.slug = new.slug
      where not exists (select 1 from products p where p.source = new.source and p.source_key = new."sourceKey")
      on conflict do nothing`,
    values: [JSON.stringify(products), now],
  })
}

/** Ids by source key. Uses `products_source`. */
export async function findProductIds(
  tx: Tx,
  source: string,
  keys: readonly string[],
): Promise<Map<string, string>> {
  const rows = await tx.rows<{ id: string; source_key: string }>({
    text: 'select id, source_key from products where source = $1 and source_key = any($2::text[])',
    values: [source, keys],
  })
  return new Map(rows.map((row) => [row.source_key, row.id]))
}

/** Creates SKUs whose code does not exist yet; the others stay as they are. */
export async function createSkus(tx: Tx, skus: readonly SkuWrite[], now: Date): Promise<void> {
  await tx.count({
    text: `insert into skus (id, product_id, code, name, group_name, position, available, created_at, updated_at)
      select id, "productId", code, name, "group", position, available, $2, $2 from jsonb_to_recordset($1::jsonb)
        as new (id uuid, "productId" uuid, code text, name text, "group" text, position integer, available boolean)
      on conflict (code) do nothing`,
    values: [JSON.stringify(skus), now],
  })
}

/** SKUs by code with the product they belong to. Uses `skus_code`. */
export async function findSkus(
  tx: Tx,
  codes: readonly string[],
): Promise<Map<string, { id: string; productId: string }>> {
  const rows = await tx.rows<{ id: string; product_id: string; code: string }>({
    text: 'select id, product_id, code from skus where code = any($1::text[])',
    values: [codes],
  })
  return new Map(rows.map((row) => [row.code, { id: row.id, productId: row.product_id }]))
}
