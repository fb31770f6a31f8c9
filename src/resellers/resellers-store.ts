import { plainArray, textArray } from '#platform/array-literal.ts'
import type { Database, Statement, Tx } from '#platform/database.ts'
import type { FeedReseller } from './ports.ts'

/** A reseller as stored. `isActive`: the feed has her and calls her active. */
export type ResellerRow = FeedReseller & {
  id: string
  externalId: string
  isActive: boolean
  updatedAt: Date
}

/** A reseller to store. */
export type ResellerWrite = { localId: string; externalId: string; value: FeedReseller }

const VALUE_COLUMNS = `name, phone, area, level, upline_external_id as "uplineExternalId", facebook, instagram,
  is_enabled as "isEnabled", picture_url as "pictureUrl", picture_alt as "pictureAlt"`
/** Before every id that can be. */
const FIRST_ID = '00000000-0000-0000-0000-000000000000'

/** The stored fields by id, through the primary key; whether the feed still has her does not matter here. */
export async function loadResellers(tx: Tx, ids: readonly string[]): Promise<Map<string, FeedReseller>> {
  const rows = await tx.rows<FeedReseller & { id: string }>({
    name: 'resellers_load',
    text: `select id, ${VALUE_COLUMNS} from resellers where id = any($1::uuid[])`,
    values: [ids],
  })
  return new Map(rows.map(({ id, ...value }) => [id, value]))
}

/** Stores new resellers; one statement, whatever their number. */
export async function insertResellers(tx: Tx, rows: readonly ResellerWrite[], now: Date): Promise<number> {
  return tx.count({
    name: 'resellers_insert',
    text: `insert into resellers (id, external_id, name, phone, area, level, upline_external_id, facebook, instagram,
        is_enabled, picture_url, picture_alt, created_at, updated_at)
      select new.*, $13::timestamptz, $13::timestamptz from unnest($1::uuid[], $2::text[], $3::text[], $4::text[],
        $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::boolean[], $11::text[], $12::text[]) as new`,
    values: [
      plainArray(rows.map((row) => row.localId)),
      textArray(rows.map((row) => row.externalId)),
      ...columns(rows),
      now,
    ],
  })
}

/**
 * Overwrites resellers that exist and brings back those that were gone; locks them, through the primary key. No
 * indexed column changes, so the indexes stay as they are where the page has room.
 */
export async function updateResellers(tx: Tx, rows: readonly ResellerWrite[], now: Date): Promise<number> {
  return tx.count({
    name: 'resellers_update',
    text: `update resellers as old set name = new.name, phone = new.phone, area = new.area, level = new.level,
        upline_external_id = new.upline_external_id, facebook = new.facebook, instagram = new.instagram,
        is_enabled = new.is_enabled, picture_url = new.picture_url, picture_alt = new.picture_alt, gone_at = null,
        updated_at = $12
      from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
        $9::boolean[], $10::text[], $11::text[]) as new (id, name, phone, area, level, upline_external_id, facebook,
        instagram, is_enabled, picture_url, picture_alt)
      where old.id = new.id`,
    values: [plainArray(rows.map((row) => row.localId)), ...columns(rows), now],
  })
}

/** Takes resellers out of use; those that are out already keep their date. */
export async function retireResellers(tx: Tx, ids: readonly string[], now: Date): Promise<number> {
  return tx.count({
    name: 'resellers_retire',
    text: `update resellers set gone_at = $2, updated_at = $2 where id = any($1::uuid[]) and gone_at is null`,
    values: [ids, now],
  })
}

/**
 * Which of these addresses are pictures of resellers, gone ones too. One scan of all of them whatever the number of addresses:
 * an index would cost every write. Unnamed, so that it is planned for the number that is asked.
 */
export async function namedResellerPictures(tx: Tx, urls: readonly string[]): Promise<string[]> {
  const rows = await tx.rows<{ url: string }>({
    text: `select distinct asked.url from unnest($1::text[]) as asked (url) join resellers on picture_url = asked.url`,
    values: [textArray(urls)],
  })
  return rows.map(({ url }) => url)
}

/** A page in order of id, a range of the primary key. */
export function listResellersStatement(after: string | null, limit: number): Statement<ResellerRow> {
  return {
    name: 'resellers_list',
    text: `select id, external_id as "externalId", ${VALUE_COLUMNS}, is_enabled and gone_at is null as "isActive",
        updated_at as "updatedAt"
      from resellers where id > $1 order by id limit $2`,
    values: [after ?? FIRST_ID, limit],
  }
}

/** All resellers, page by page, so that a million of them need the memory of one page. */
export async function* readResellers(db: Database, pageSize: number): AsyncIterable<ResellerRow> {
  for (let after: string | null = null; ;) {
    const rows: ResellerRow[] = await db.once(
      'resellers.read-resellers',
      { role: 'worker' },
      listResellersStatement(after, pageSize),
    )
    yield* rows
    after = rows.at(-1)?.id ?? null
    if (rows.length < pageSize || after === null) return
  }
}

/** One array per column, in the order of the statements above. */
function columns(rows: readonly ResellerWrite[]): string[] {
  return [
    textArray(rows.map(({ value }) => value.name)),
    textArray(rows.map(({ value }) => value.phone)),
    textArray(rows.map(({ value }) => value.area)),
    textArray(rows.map(({ value }) => value.level)),
    textArray(rows.map(({ value }) => value.uplineExternalId)),
    textArray(rows.map(({ value }) => value.facebook)),
    textArray(rows.map(({ value }) => value.instagram)),
    plainArray(rows.map(({ value }) => value.isEnabled)),
    textArray(rows.map(({ value }) => value.pictureUrl)),
    textArray(rows.map(({ value }) => value.pictureAlt)),
  ]
}
