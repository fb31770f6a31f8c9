import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { namedProductPictures } from '../../../src/catalog/index.ts'
import { namedResellerPictures } from '../../../src/resellers/index.ts'
import { purgeImages } from '../../../src/sync/index.ts'
import { startImageStage, type ImageStage } from './image-stage.ts'

let stage: ImageStage

beforeAll(async () => {
  stage = await startImageStage()
})
afterAll(() => stage.stop())
beforeEach(() => stage.sql('truncate sync_images, feed_products, resellers cascade'))

/** Addresses that were looked at a week ago and come due within the hour. */
function lookedAt(...names: string[]): Promise<unknown> {
  return stage.sql(
    `insert into sync_images (url, checked_at, next_at)
      select unnest($1::text[]), now() - interval '6 days', now() + interval '30 minutes'`,
    [names.map((name) => stage.origin + name)],
  )
}

function product(name: string, isGone = false): Promise<unknown> {
  return stage.sql(
    `insert into feed_products (id, external_id, name, picture_url, gone_at)
      values (gen_random_uuid(), $1, 'P', $1, case when $2 then now() end)`,
    [stage.origin + name, isGone],
  )
}

function purge(): Promise<unknown> {
  return purgeImages({ ...stage.deps, namedPictures: [namedProductPictures, namedResellerPictures] })
}

async function known(): Promise<string[]> {
  const rows = await stage.sql<{ url: string }>('select url from sync_images order by url')
  return rows.map(({ url }) => url.slice(stage.origin.length))
}

test('an address that no record names is forgotten, one that any record names is kept', async () => {
  await lookedAt('/unnamed', '/product', '/gone', '/reseller')
  await product('/product')
  await product('/gone', true)
  await stage.sql(
    `insert into resellers (id, external_id, name, picture_url) values (gen_random_uuid(), 'r', 'R', $1)`,
    [`${stage.origin}/reseller`],
  )
  await purge()
  expect(await known()).toEqual(['/gone', '/product', '/reseller'])
  expect(await stage.sql('select from feed_products')).toHaveLength(2)
})

test('nothing is forgotten that is due, was looked at of late, is far off, or when nobody was asked', async () => {
  await lookedAt('/due', '/late', '/far', '/held')
  const set = (name: string, change: string) =>
    stage.sql(`update sync_images set ${change} where url = $1`, [stage.origin + name])
  await set('/due', 'next_at = now()')
  await set('/late', `checked_at = now() - interval '1 hour'`)
  await set('/far', `next_at = now() + interval '1 day'`)
  await set('/held', `claim = gen_random_uuid(), claimed_by = gen_random_uuid(), claim_until = now()`)
  await purge()
  await lookedAt('/unasked')
  await purgeImages(stage.deps)
  expect(await known()).toEqual(['/due', '/far', '/held', '/late', '/unasked'])
})

test('an address that is named while it is forgotten is wanted anew', async () => {
  await lookedAt('/back')
  const naming: Promise<void>[] = []
  await purgeImages({
    ...stage.deps,
    namedPictures: [
      async (tx) => {
        naming.push(stage.want('/back'))
        // Until it waits for the lock of this very transaction.
        for (let waits = 0; waits === 0;) {
          const rows = await tx.rows({
            text: 'select 1 from pg_locks where not granted and pg_backend_pid() = any (pg_blocking_pids(pid))',
          })
          waits = rows.length
        }
        return []
      },
    ],
  })
  await Promise.all(naming)
  expect(await known()).toEqual(['/back'])
  expect(await stage.sql('select from sync_images where checked_at is null')).toHaveLength(1)
})

test('more addresses than one question holds are asked about in several, each of them once', async () => {
  await stage.sql(
    `insert into sync_images (url, checked_at, next_at)
      select $1 || n, now() - interval '6 days', now() + make_interval(secs => 60 + n % 3) from generate_series(1, 12000) n`,
    [`${stage.origin}/`],
  )
  const asked: number[] = []
  await purgeImages({
    ...stage.deps,
    namedPictures: [
      async (_, urls) => {
        asked.push(urls.length)
        return urls.filter((url) => url.endsWith('00'))
      },
    ],
  })
  expect(asked).toEqual([10_000, 2_000])
  expect(await known()).toHaveLength(120)
})
