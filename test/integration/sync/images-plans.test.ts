import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Statement } from '../../../src/platform/database.ts'
import { newId } from '../../../src/platform/ids.ts'
import {
  claimStatement,
  countDueStatement,
  holdContentsStatement,
  wantStatement,
} from '../../../src/sync/images/images-store.ts'
import { brokenImagesStatement, shownImagesStatement } from '../../../src/sync/images/images-view-store.ts'
import { lockOrphansStatement } from '../../../src/sync/images/orphans-store.ts'
import { wantImages } from '../../../src/sync/index.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'

const IMAGES = 20_000
const urlOf = (index: number): string => `https://cdn.example/produk/${index}.jpg`

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
  const images = Array.from({ length: IMAGES }, (_, index) => ({ url: urlOf(index), alt: `Produk ${index}` }))
  await database.db.transaction('test.want', { role: 'worker' }, (tx) => wantImages(tx, images))
  await queryAs(
    database.url,
    `insert into sync_image_contents (sha256, width, height, forms, bytes)
      select sha256(number::text::bytea), 40, 40, '[]', 100 from generate_series(0, ${IMAGES}) as number`,
  )
  await queryAs(
    database.url,
    `update sync_images set state = 'mirrored', next_at = now() + interval '7 days',
      sha256 = sha256((abs(hashtext(url)) % ${IMAGES})::text::bytea)`,
  )
  await queryAs(database.url, `update sync_images set next_at = now() where hashtext(url) % 100 = 0`)
  await queryAs(database.url, 'analyze sync_images, sync_image_contents')
})
afterAll(() => database.drop())

async function planOf(statement: Statement): Promise<string> {
  const rows = await queryAs<{ 'QUERY PLAN': string }>(
    database.url,
    `explain (analyze, costs off) ${statement.text}`,
    [...(statement.values ?? [])],
  )
  return rows.map((row) => row['QUERY PLAN']).join('\n')
}

test('pictures are claimed by the index of what is due, and stop at the limit', async () => {
  const plan = await planOf(claimStatement({ claim: newId(), runId: newId(), limit: 32, leaseSeconds: 120 }))
  expect(plan).toContain('sync_images_due')
  expect(plan).toMatch(/sync_images_(?:claimed|due)/)
  expect(plan).not.toContain('Seq Scan')
})

test.each<[string, () => Statement, string]>([
  ['counted', () => countDueStatement(), 'sync_images_due'],
  ['shown', () => shownImagesStatement([urlOf(1), urlOf(2)]), 'sync_images_pkey'],
  ['listed when broken', () => brokenImagesStatement('', 100), 'sync_images_broken'],
  ['held', () => holdContentsStatement([Buffer.alloc(32)]), 'sync_image_contents_pkey'],
  ['purged', () => lockOrphansStatement(0, 50), 'sync_image_contents_orphans'],
])('pictures are %s by an index', async (_, statement, index) => {
  const plan = await planOf(statement())
  expect(plan).toContain(index)
  expect(plan).not.toContain('Seq Scan')
})

test('a batch of wishes costs one statement, and nothing where nothing changed', async () => {
  await queryAs(database.url, 'update sync_images set next_at = now()')
  const batch = Array.from({ length: 1_000 }, (_, index) => index)
  const statement = wantStatement(
    batch.map(urlOf),
    batch.map((index) => `Produk ${index}`),
  )
  const [before] = await queryAs<{ sum: string }>(
    database.url,
    'select sum(xmin::text::bigint)::text from sync_images',
  )
  expect(await database.db.transaction('test.want', { role: 'worker' }, (tx) => tx.count(statement))).toBe(0)
  expect(await queryAs(database.url, 'select sum(xmin::text::bigint)::text from sync_images')).toEqual([
    before,
  ])
})
