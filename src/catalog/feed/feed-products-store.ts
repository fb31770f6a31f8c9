import { plainArray, textArray } from '#platform/array-literal.ts'
import type { Database, Statement, Tx } from '#platform/database.ts'
import type { FeedProduct } from '../ports.ts'

/** A product of the feed as stored. */
export type FeedProductRow = FeedProduct & {
  id: string
  externalId: string
  isActive: boolean
  updatedAt: Date
}

/** A product to store. */
export type FeedProductWrite = { localId: string; externalId: string; value: FeedProduct }

const VALUE_COLUMNS = `name, slug, description, registration_number as "registrationNumber",
  price_general as "priceGeneral", price_consultant as "priceConsultant", price_supervisor as "priceSupervisor",
  price_manager as "priceManager", price_director as "priceDirector",
  picture_url as "pictureUrl", picture_alt as "pictureAlt"`

/** The stored fields by id, through the primary key; whether the feed still has a product does not matter here. */
export async function loadFeedProducts(tx: Tx, ids: readonly string[]): Promise<Map<string, FeedProduct>> {
  const rows = await tx.rows<FeedProduct & { id: string }>({
    name: 'catalog_load_feed_products',
    text: `select id, ${VALUE_COLUMNS} from feed_products where id = any($1::uuid[])`,
    values: [plainArray(ids)],
  })
  return new Map(rows.map(({ id, ...value }) => [id, value]))
}

/** Stores new products; one statement, whatever their number. */
export async function insertFeedProducts(
  tx: Tx,
  rows: readonly FeedProductWrite[],
  now: Date,
): Promise<number> {
  return tx.count({
    name: 'catalog_insert_feed_products',
    text: `insert into feed_products (id, external_id, name, slug, description, registration_number, price_general,
        price_consultant, price_supervisor, price_manager, price_director, picture_url, picture_alt, created_at, updated_at)
      select new.*, $14::timestamptz, $14::timestamptz from unnest($1::uuid[], $2::text[], $3::text[], $4::text[],
        $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::text[],
        $13::text[]) as new`,
    values: [
      plainArray(rows.map((row) => row.localId)),
      textArray(rows.map((row) => row.externalId)),
      ...columns(rows),
      now,
    ],
  })
}

/**
 * Overwrites products that exist and brings back those that were gone; locks them, through the primary key. No
 * indexed column changes, so the indexes stay as they are where the page has room.
 */
export async function updateFeedProducts(
  tx: Tx,
  rows: readonly FeedProductWrite[],
  now: Date,
): Promise<number> {
  return tx.count({
    name: 'catalog_update_feed_products',
    text: `update feed_products as old set name = new.name, slug = new.slug, description = new.description,
        registration_number = new.registration_number, price_general = new.price_general,
        price_consultant = new.price_consultant, price_supervisor = new.price_supervisor,
        price_manager = new.price_manager, price_director = new.price_director, picture_url = new.picture_url,
        picture_alt = new.picture_alt, gone_at = null, updated_at = $13
      from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[],
        $9::bigint[], $10::bigint[], $11::text[], $12::text[]) as new (id, name, slug, description,
        registration_number, price_general, price_consultant, price_supervisor, price_manager, price_director,
        picture_url, picture_alt)
      where old.id = new.id`,
    values: [plainArray(rows.map((row) => row.localId)), ...columns(rows), now],
  })
}

/** Takes products out of use; those that are out already keep their date. */
export async function retireFeedProducts(tx: Tx, ids: readonly string[], now: Date): Promise<number> {
  return tx.count({
    name: 'catalog_retire_feed_products',
    text: `update feed_products set gone_at = $2, updated_at = $2 where id = any($1::uuid[]) and gone_at is null`,
    values: [plainArray(ids), now],
  })
}

/**
 * Which of these addresses are pictures of products, gone ones too. One scan of all of them whatever the number of addresses:
 * an index would cost every write. Unnamed, so that it is planned for the number that is asked.
 */
export async function namedProductPictures(tx: Tx, urls: readonly string[]): Promise<string[]> {
  const rows = await tx.rows<{ url: string }>({
    text: `select distinct asked.url from unnest($1::text[]) as asked (url) join feed_products on picture_url = asked.url`,
    values: [textArray(urls)],
  })
  return rows.map(({ url }) => url)
}

/** Before every id that can be. */
const FIRST_ID = '00000000-0000-0000-0000-000000000000'

/** A page in order of id, a range of the primary key. */
export function listFeedProductsStatement(after: string | null, limit: number): Statement<FeedProductRow> {
  return {
    name: 'catalog_list_feed_products',
    text: `select id, external_id as "externalId", ${VALUE_COLUMNS}, gone_at is null as "isActive",
        updated_at as "updatedAt"
      from feed_products where id > $1 order by id limit $2`,
    values: [after ?? FIRST_ID, limit],
  }
}

/** All products, page by page, so that a million of them need the memory of one page. */
export async function* readFeedProducts(db: Database, pageSize: number): AsyncIterable<FeedProductRow> {
  for (let after: string | null = null; ;) {
    const rows: FeedProductRow[] = await db.once(
      'catalog.read-feed-products',
      { role: 'worker' },
      listFeedProductsStatement(after, pageSize),
    )
    yield* rows
    after = rows.at(-1)?.id ?? null
    if (rows.length < pageSize || after === null) return
  }
}

/** One array per column, in the order of the statements above. */
function columns(rows: readonly FeedProductWrite[]): string[] {
  return [
    textArray(rows.map(({ value }) => value.name)),
    textArray(rows.map(({ value }) => value.slug)),
    textArray(rows.map(({ value }) => value.description)),
    textArray(rows.map(({ value }) => value.registrationNumber)),
    plainArray(rows.map(({ value }) => value.priceGeneral)),
    plainArray(rows.map(({ value }) => value.priceConsultant)),
    plainArray(rows.map(({ value }) => value.priceSupervisor)),
    plainArray(rows.map(({ value }) => value.priceManager)),
    plainArray(rows.map(({ value }) => value.priceDirector)),
    textArray(rows.map(({ value }) => value.pictureUrl)),
    textArray(rows.map(({ value }) => value.pictureAlt)),
  ]
}
