import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { cancelRun, setPaused } from '../../../src/sync/index.ts'
import { FEED_DEMO_TOKEN } from '../../support/feed-sandbox.ts'
import { startFeedStage, type FeedStage } from '../../support/feed-stage.ts'

let stage: FeedStage

beforeAll(async () => {
  stage = await startFeedStage()
  await products()
}, 60_000)
beforeEach(async () => {
  await stage.sandbox.control('config', CALM)
  await stage.sandbox.control('faults', [])
  await stage.sandbox.control('token', { token: FEED_DEMO_TOKEN })
  await stage.sandbox.control('restore')
  await closeCircuit()
  await products()
}, 60_000)
afterAll(() => stage.stop())

const CALM = {
  form: 'cursor',
  empty: false,
  errorBody: false,
  badRows: 'none',
  duplicates: 'none',
  maxLimit: 25,
  skewMs: 0,
  tieSeconds: 0,
}

const products = (mode: 'full' | 'changes' = 'full') => stage.run(mode, ['products'])
const config = (settings: Record<string, unknown>) => stage.sandbox.control('config', settings)
const mutate = (ids: string[]) => stage.sandbox.control('mutate', { ids })

/** What a person does after new credentials: the connection is tried again at once. */
async function closeCircuit(): Promise<void> {
  await setPaused(stage.deps, 'feed', false, 'ani')
  await stage.query(`update sync_connections set circuit_failures = 0, circuit_since = null,
    circuit_open_until = null, circuit_reason = null`)
}

async function activeProducts(): Promise<number> {
  return (await stage.query('select 1 from feed_products where gone_at is null')).length
}

describe('changes only', () => {
  test('fetch what moved, with ties on one time', async () => {
    // A window ends some seconds before now, and begins minutes before the last one ended.
    await stage.sandbox.control('late', { ids: ['P0000002', 'P0000003', 'P0000090'], byMs: 20_000 })
    const run = await products('changes')
    expect([run.status, run.streams[0]?.updated]).toEqual(['succeeded', 3])
    expect(run.streams[0]?.seen).toBeLessThan(120)
  })

  test('what a clock far behind hides from a window is found by the next full run', async () => {
    await config({ skewMs: -7_200_000 })
    await mutate(['P0000107'])
    expect((await products('changes')).streams[0]).toMatchObject({ updated: 0 })
    expect((await products()).streams[0]).toMatchObject({ seen: 120, updated: 1 })
  })
})

describe('a full run', () => {
  test('counts a page that comes twice and a key that repeats without applying them twice', async () => {
    await config({ duplicates: 'page' })
    await mutate(['P0000001'])
    expect((await products()).streams[0]).toMatchObject({ created: 0, updated: 1, deleted: 0 })
    await config({ duplicates: 'rows' })
    const run = await products()
    expect([run.status, run.streams[0]?.updated, run.streams[0]?.created]).toEqual(['succeeded', 0, 0])
    expect(await activeProducts()).toBe(120)
  })

  test('starts again when its page token dies', async () => {
    await stage.sandbox.control('kill-tokens', { afterPages: 2 })
    await mutate(['P0000119'])
    const run = await products()
    expect([run.status, run.streams[0]?.updated, run.streams[0]?.deleted]).toEqual(['succeeded', 1, 0])
  })

  test('waits out a storm of 429 and 5xx', async () => {
    await stage.sandbox.control('faults', [
      { match: { path: '/apis/*', nth: 2 }, fault: 'http_429', ms: 1 },
      { match: { path: '/apis/*', nth: 4 }, fault: 'http_500' },
      { match: { path: '/apis/*', nth: 6 }, fault: 'html' },
      { match: { path: '/apis/*', nth: 7 }, fault: 'truncate' },
    ])
    await mutate(['P0000118'])
    const run = await products()
    expect([run.status, run.streams[0]?.updated]).toEqual(['succeeded', 1])
  })

  test('of nothing where something was waits for approval and takes nothing away', async () => {
    await config({ empty: true })
    const run = await products()
    expect(run.status).toBe('needs_approval')
    expect(await activeProducts()).toBe(120)
    expect(await cancelRun(stage.deps, run.runId)).toMatchObject({ ok: true })
  })

  test.each([
    ['an error body', { errorBody: true }],
    ['only bad records', { badRows: 'all' }],
  ])('of %s fails and takes nothing away', async (_name, settings) => {
    await config(settings)
    const run = await products()
    expect([run.status, run.errors.length > 0]).toEqual(['failed', true])
    expect(await activeProducts()).toBe(120)
  })

  test('with another token fails at once', async () => {
    await stage.sandbox.control('token', { token: 'rotated' })
    const run = await products()
    expect(run.status).toBe('failed')
    expect(run.errors[0]).toMatchObject({ code: 'credentials_refused' })
  })

  test('of a feed that tells no times', async () => {
    await config({ form: 'plain' })
    await mutate(['P0000050'])
    const run = await products()
    expect([run.status, run.streams[0]?.updated]).toEqual(['succeeded', 1])
  })
})
