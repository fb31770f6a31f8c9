import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { BlobStore } from '../../../src/platform/blob-store.ts'
import type { Database } from '../../../src/platform/database.ts'
import { newId } from '../../../src/platform/ids.ts'
import { forgetImages, purgeImages, selectImages } from '../../../src/sync/index.ts'
import { drawPicture, startImageStage, type ImageStage } from './image-stage.ts'

let stage: ImageStage
let seed = 1_000

beforeAll(async () => {
  stage = await startImageStage()
})
afterAll(() => stage.stop())
beforeEach(async () => {
  await stage.sql('delete from sync_images')
  await stage.sql('delete from sync_image_contents')
  for (const key of await stage.keys()) await stage.blobs.remove(key)
  stage.served.clear()
  stage.requests.length = 0
  stage.puts.length = 0
})

async function serve(name: string): Promise<void> {
  stage.served.set(name, { body: await drawPicture((seed += 1)) })
}

function forget(...names: string[]): Promise<number> {
  return stage.database.db.transaction('test.forget', { role: 'worker' }, (tx) =>
    forgetImages(
      tx,
      names.map((name) => stage.origin + name),
    ),
  )
}

/** Mirrors a picture, forgets it and lets more than the grace pass. */
async function orphan(name: string): Promise<void> {
  await serve(name)
  await stage.want(name)
  await stage.run()
  await forget(name)
  await purgeImages(stage.deps)
  await stage.sql(`update sync_image_contents set orphaned_at = orphaned_at - interval '8 days'`)
}

/** Lets pictures that wait for something be looked at now. */
async function letWaitsPass(): Promise<void> {
  await stage.sql('update sync_images set next_at = now() where next_at > now() and claim is null')
}

/** Keys that pages would show and that the store does not have: must be none at any time. */
async function missingKeys(): Promise<string[]> {
  const urls = await stage.sql<{ url: string }>('select url from sync_images')
  const shown = await selectImages(
    stage.deps.db,
    urls.map(({ url }) => url),
  )
  const keys = [...shown.values()].flatMap(({ sizes }) =>
    sizes.flatMap(({ avif, webp, fallback }) => [avif, webp, fallback]),
  )
  const found = await Promise.all(keys.map((key) => stage.blobs.has(key)))
  return keys.filter((_, index) => !found[index])
}

/** The store, with something that happens while the first file is being removed. */
function whileRemoving(happen: () => Promise<void>): BlobStore {
  let calls = 0
  return {
    ...stage.blobs,
    async remove(key) {
      calls += 1
      if (calls === 1) await happen()
      await stage.blobs.remove(key)
    },
  }
}

/** The database, with something that happens before the first transaction of this name. */
function beforeTransaction(name: string, happen: () => Promise<void>): Database {
  let calls = 0
  const { db } = stage.database
  return {
    ...db,
    async transaction(wanted, actor, work) {
      if (wanted === name) calls += 1
      if (wanted === name && calls === 1) await happen()
      return db.transaction(wanted, actor, work)
    },
  }
}

describe('contents that no picture refers to', () => {
  test('are marked, kept for the grace, and then deleted with their files', async () => {
    await serve('/a.png')
    await serve('/b.png')
    await stage.want('/a.png', '/b.png')
    await stage.run()
    expect(await purgeImages(stage.deps)).toEqual({ marked: 0, removed: 0 })
    await forget('/a.png')
    expect(await purgeImages(stage.deps)).toEqual({ marked: 1, removed: 0 })
    expect(await purgeImages(stage.deps)).toEqual({ marked: 0, removed: 0 })
    await stage.sql(
      `update sync_image_contents set orphaned_at = now() - interval '6 days' where orphaned_at is not null`,
    )
    expect(await purgeImages(stage.deps)).toEqual({ marked: 0, removed: 0 })
    expect(await stage.keys()).toHaveLength(6)
    await stage.sql(
      `update sync_image_contents set orphaned_at = now() - interval '8 days' where orphaned_at is not null`,
    )
    expect(await purgeImages(stage.deps)).toEqual({ marked: 0, removed: 1 })
    expect(await stage.keys()).toHaveLength(3)
    expect(await missingKeys()).toEqual([])
  })

  test('include the old form of a picture that changed', async () => {
    await serve('/a.png')
    await stage.want('/a.png')
    await stage.run()
    await serve('/a.png')
    await stage.want('/a.png')
    await stage.run()
    expect(await stage.keys()).toHaveLength(6)
    await purgeImages(stage.deps)
    await stage.sql(
      `update sync_image_contents set orphaned_at = now() - interval '8 days' where orphaned_at is not null`,
    )
    expect(await purgeImages(stage.deps)).toMatchObject({ removed: 1 })
    expect(await stage.keys()).toHaveLength(3)
    expect(await missingKeys()).toEqual([])
  })

  test('are taken back when a picture leads to them again, without a new upload', async () => {
    await orphan('/a.png')
    stage.puts.length = 0
    await stage.want('/a.png')
    expect((await stage.run()).counts).toMatchObject({ created: 1 })
    expect(stage.puts).toEqual([])
    expect(await purgeImages(stage.deps)).toEqual({ marked: 0, removed: 0 })
    expect(await missingKeys()).toEqual([])
  })

  test('are deleted once, by one of several purges, in batches', async () => {
    const names = Array.from({ length: 120 }, (_, index) => `/old-${index}.png`)
    for (const name of names) await serve(name)
    await stage.want(...names)
    await stage.run()
    await forget(...names)
    await purgeImages(stage.deps)
    await stage.sql(`update sync_image_contents set orphaned_at = orphaned_at - interval '8 days'`)
    const purged = await Promise.all([1, 2, 3].map(() => purgeImages(stage.deps)))
    expect(purged.reduce((sum, { removed }) => sum + removed, 0)).toBe(names.length)
    expect(await stage.keys()).toEqual([])
    expect(await stage.sql('select from sync_image_contents')).toEqual([])
  })

  test('wait for a store that is out of reach, and go with a later purge', async () => {
    await orphan('/a.png')
    const broken = { ...stage.blobs, remove: () => Promise.reject(new Error('away')) }
    await expect(purgeImages({ ...stage.deps, blobs: broken })).rejects.toThrow('away')
    expect(await purgeImages(stage.deps)).toEqual({ marked: 0, removed: 0 })
    await stage.sql(`update sync_image_contents set removing_at = removing_at - interval '2 hours'`)
    expect(await purgeImages(stage.deps)).toEqual({ marked: 0, removed: 1 })
    expect(await stage.keys()).toEqual([])
  })
})

describe('a picture that comes back while its files are being deleted', () => {
  test('waits, and is stored anew', async () => {
    await orphan('/a.png')
    const comesBack = async (): Promise<void> => {
      await stage.want('/a.png')
      expect((await stage.run()).counts).toMatchObject({ seen: 0 })
      expect(await missingKeys()).toEqual([])
    }
    expect(await purgeImages({ ...stage.deps, blobs: whileRemoving(comesBack) })).toMatchObject({
      removed: 1,
    })
    expect(await missingKeys()).toEqual([])
    await letWaitsPass()
    expect((await stage.run()).counts).toMatchObject({ created: 1 })
    expect(await missingKeys()).toEqual([])
    expect(await stage.keys()).toHaveLength(3)
  })

  test('sabotage: without the mark of removal it would refer to files that are gone', async () => {
    await orphan('/a.png')
    const comesBack = async (): Promise<void> => {
      await stage.sql('update sync_image_contents set removing_at = null')
      await stage.want('/a.png')
      expect((await stage.run()).counts).toMatchObject({ created: 1 })
    }
    await purgeImages({ ...stage.deps, blobs: whileRemoving(comesBack) })
    expect(await missingKeys()).toHaveLength(3)
  })

  test('and was looked up before they were, does not refer to them', async () => {
    await orphan('/a.png')
    await stage.want('/a.png')
    const db = beforeTransaction('sync.keep-images', async () => {
      expect(await purgeImages(stage.deps)).toMatchObject({ removed: 1 })
    })
    expect((await stage.run({ deps: { db } })).counts).toMatchObject({ seen: 0, created: 0 })
    expect(await missingKeys()).toEqual([])
    await letWaitsPass()
    expect((await stage.run()).counts).toMatchObject({ created: 1 })
    expect(await missingKeys()).toEqual([])
  })

  test('at any moment of many purges and runs, never shows what is not there', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `/busy-${index}.png`)
    for (const name of names) await serve(name)
    let removed = 0
    for (let round = 0; round < 8; round += 1) {
      await stage.want(...names)
      await letWaitsPass()
      const purges = Promise.all([0, 1].map(() => purgeImages(stage.deps, 0)))
      const gone = names.filter((_, index) => index % 3 === round % 3)
      await Promise.all([stage.run(), purges, forget(...gone)])
      removed += (await purges).reduce((sum, purge) => sum + purge.removed, 0)
      expect(await missingKeys()).toEqual([])
    }
    await stage.want(...names)
    await letWaitsPass()
    await stage.run()
    expect(await missingKeys()).toEqual([])
    expect(removed, 'the purges had something to do').toBeGreaterThan(0)
  })
})

describe('a run that dies', () => {
  test('between storing the files and noting them leaves files that the next turn uses', async () => {
    await serve('/a.png')
    await stage.want('/a.png')
    const runId = newId()
    const db = beforeTransaction('sync.keep-images', () => Promise.reject(new Error('killed')))
    await expect(stage.run({ runId, deps: { db } })).rejects.toThrow('killed')
    expect(await stage.keys()).toHaveLength(3)
    expect(await stage.image('/a.png')).toMatchObject({ state: 'wanted', sha256: null })
    expect((await stage.run()).counts, 'another run leaves the claim alone').toEqual({})
    expect((await stage.run({ runId })).counts, 'the next turn of the run takes it at once').toMatchObject({
      seen: 1,
      created: 1,
    })
    expect(await stage.keys()).toHaveLength(3)
    expect(await missingKeys()).toEqual([])
  })

  test('loses its claim after a while, and does not overwrite what came later', async () => {
    await serve('/a.png')
    await stage.want('/a.png')
    const db = beforeTransaction('sync.keep-images', async () => {
      await stage.sql('update sync_images set next_at = now(), claim_until = now()')
      await serve('/a.png')
      expect((await stage.run()).counts).toMatchObject({ created: 1 })
    })
    const before = stage.puts.length
    await stage.run({ deps: { db } })
    const row = await stage.image('/a.png')
    expect(row?.claim).toBeNull()
    const shown = await selectImages(stage.deps.db, [`${stage.origin}/a.png`])
    expect(shown.get(`${stage.origin}/a.png`)?.sizes[0]?.avif).toBe(stage.puts.slice(before)[3])
    expect(await missingKeys()).toEqual([])
  })

  test('because the store is out of reach gives its pictures back', async () => {
    await serve('/a.png')
    await serve('/b.png')
    await stage.want('/a.png', '/b.png')
    const blobs = { ...stage.blobs, put: () => Promise.reject(new Error('away')) }
    await expect(stage.run({ deps: { blobs } })).rejects.toThrow('pictures cannot be stored')
    expect(await stage.image('/a.png')).toMatchObject({ claim: null, fail_count: 0, state: 'wanted' })
    expect((await stage.run()).counts).toMatchObject({ created: 2 })
  })
})
