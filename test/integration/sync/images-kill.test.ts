import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { newId } from '../../../src/platform/ids.ts'
import { forgetImages, purgeImages, selectImages } from '../../../src/sync/index.ts'
import { eventually } from '../../support/eventually.ts'
import { drawPicture, startImageStage, type ImageStage } from './image-stage.ts'

const NAMES = Array.from({ length: 40 }, (_, index) => `/picture-${index}.png`)
/** Forms of a picture as small as the ones here. */
const FORMS = 3

/** A worker that mirrors or purges until it is done or killed. */
const WORKER = `
  const [root, url, folder, origin, failpoint, runId, work] = process.argv.slice(1)
  const at = (file) => import(new URL(file, root).href)
  const { armFailpoint } = await at('src/platform/failpoint.ts')
  const { openDatabase } = await at('src/platform/database.ts')
  const { createLog } = await at('src/platform/log.ts')
  const { createSafeFetch } = await at('src/platform/safe-fetch.ts')
  const { createLocalBlobs } = await at('src/providers/blob-local/local-blobs.ts')
  const { imageStream, purgeImages } = await at('src/sync/index.ts')
  const deps = {
    db: openDatabase({ url, connections: 4 }),
    blobs: createLocalBlobs({ folder, urlPrefix: '/' }),
    log: createLog('silent'),
    fetch: createSafeFetch({ allowedOrigins: [origin] }),
    namedPictures: [],
  }
  armFailpoint(failpoint)
  if (work === 'purge') await purgeImages(deps, 0)
  else {
    const stream = imageStream(deps)
    const { signal } = new AbortController()
    while (!(await stream.step({ runId, isDry: false, signal })).done);
  }
  process.exit(0)`

let stage: ImageStage

beforeAll(async () => {
  stage = await startImageStage()
  for (const [index, name] of NAMES.entries()) stage.served.set(name, { body: await drawPicture(index) })
})
afterAll(() => stage.stop())
beforeEach(async () => {
  await stage.sql('delete from sync_images')
  await stage.sql('delete from sync_image_contents')
  for (const key of await stage.keys()) await stage.blobs.remove(key)
})

async function killAt(failpoint: string, runId: string, work: 'mirror' | 'purge'): Promise<void> {
  const root = new URL('../../../', import.meta.url).href
  const { database, folder, origin } = stage
  const args = [root, database.url, folder, origin, failpoint, runId, work]
  const child = spawn(process.execPath, ['--input-type=module', '-e', WORKER, ...args], { stdio: 'inherit' })
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
  expect(signal, `${failpoint} was not reached`).toBe('SIGKILL')
  // The server learns of the death a moment later; until then the rows of its transaction are skipped as taken.
  await eventually('the locks of the dead to be gone', async () => {
    const held = await stage.sql(
      `select from pg_locks where relation in ('sync_images'::regclass, 'sync_image_contents'::regclass)
        and mode in ('RowShareLock', 'RowExclusiveLock')`,
    )
    return held.length === 0
  })
}

async function missingKeys(): Promise<string[]> {
  const shown = await selectImages(
    stage.deps.db,
    NAMES.map((name) => stage.origin + name),
  )
  const keys = [...shown.values()].flatMap(({ sizes }) => sizes.map(({ avif }) => avif))
  const found = await Promise.all(keys.map((key) => stage.blobs.has(key)))
  return keys.filter((_, index) => !found[index])
}

const around = (name: string): string[] => ['before', 'inside', 'after'].map((place) => `${name}.${place}`)

test.each([
  ...around('sync.claim-images'),
  ...around('sync.keep-images'),
  'sync.keep-images.inside#2',
  'sync.known-content.after#7',
])('killed at %s, the next turn ends with each picture and each content once', async (failpoint) => {
  await stage.want(...NAMES)
  const runId = newId()
  await killAt(failpoint, runId, 'mirror')
  expect(await missingKeys()).toEqual([])
  await stage.run({ runId })
  const [done] = await stage.sql(
    `select count(*) filter (where state = 'mirrored')::int as mirrored, count(claim)::int as claimed,
      count(distinct sha256)::int as contents from sync_images`,
  )
  const contents = NAMES.length
  expect(done).toEqual({ mirrored: contents, claimed: 0, contents })
  expect(await stage.sql('select from sync_image_contents')).toHaveLength(contents)
  expect(await stage.keys()).toHaveLength(contents * FORMS)
  expect(await missingKeys()).toEqual([])
})

test.each([
  ...around('sync.mark-orphan-images'),
  ...around('sync.take-orphan-images'),
  ...around('sync.drop-orphan-images'),
])('killed at %s, a later purge ends what was begun', async (failpoint) => {
  await stage.want(...NAMES)
  await stage.run()
  await stage.database.db.transaction('test.forget', { role: 'worker' }, (tx) =>
    forgetImages(
      tx,
      NAMES.slice(0, 30).map((name) => stage.origin + name),
    ),
  )
  await killAt(failpoint, newId(), 'purge')
  expect(await missingKeys()).toEqual([])
  await stage.sql(`update sync_image_contents set removing_at = removing_at - interval '2 hours'`)
  await purgeImages(stage.deps, 0)
  expect(await stage.sql('select from sync_image_contents')).toHaveLength(10)
  expect(await stage.keys()).toHaveLength(10 * FORMS)
  expect(await missingKeys()).toEqual([])
})
