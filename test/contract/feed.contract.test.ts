import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Feed } from '../../src/providers/feed/feed.ts'
import type { PageRequest } from '../../src/sync/ports.ts'
import { startFeedSandbox, type FeedSandbox } from '../support/feed-sandbox.ts'

/** Short enough for faults that never answer, long enough for a busy machine. */
const TIMEOUT_MS = 1_500
const HOUR_MS = 3_600_000

let sandbox: FeedSandbox
let feed: Feed

beforeAll(async () => {
  sandbox = await startFeedSandbox()
})
beforeEach(async () => {
  await sandbox.control('reset')
  feed = sandbox.connect({ timeoutMs: TIMEOUT_MS })
})
afterAll(() => sandbox.stop())

function full(position: string | null = null): PageRequest {
  return { mode: 'full', from: null, to: new Date(), position, signal: new AbortController().signal }
}

type ListName = 'products' | 'resellers'

async function readAll(list: ListName, request: PageRequest = full()) {
  const rows: unknown[] = []
  const positions: string[] = []
  for (let position = request.position; ;) {
    const page = await feed[list].fetchPage({ ...request, position })
    if (!page.ok) throw new Error(page.error.detail)
    rows.push(...page.value.rows)
    if (page.value.next === null) return { positions, records: rows.map((row) => feed[list].read(row)) }
    positions.push((position = page.value.next))
  }
}

const failure = async (request = full(), list: ListName = 'products') => {
  const page = await feed[list].fetchPage(request)
  return page.ok ? undefined : page.error
}

describe('records', () => {
  test('products, in our terms', async () => {
    const { records } = await readAll('products')
    expect(records).toHaveLength(120)
    expect(records[0]).toEqual({
      ok: true,
      value: {
        externalId: 'P0000001',
        version: expect.any(Date),
        value: {
          name: expect.any(String),
          slug: null,
          description: expect.stringContaining('pemakaian sehari-hari'),
          registrationNumber: expect.stringMatching(/^NA18\d{10}$/),
          priceGeneral: expect.any(Number),
          priceConsultant: expect.any(Number),
          priceSupervisor: expect.any(Number),
          priceManager: expect.any(Number),
          priceDirector: expect.any(Number),
          pictureUrl: `${sandbox.url}/images/produk/P0000001.jpg`,
          pictureAlt: expect.stringMatching(/^Foto /),
        },
      },
    })
    // A price of 0 is a price, and "…00.00" is whole.
    expect(records[5]).toMatchObject({ value: { value: { priceConsultant: 0 } } })
    expect(records.every((record) => record.ok)).toBe(true)
  })

  test('resellers, without what is not ours to keep', async () => {
    const page = await feed.resellers.fetchPage(full())
    const rows = page.ok ? page.value.rows : []
    expect(rows).toHaveLength(24)
    expect(JSON.stringify(rows)).not.toMatch(/rekening|bank|alamat|email|7000000000/i)
    expect(feed.resellers.read(rows[19])).toMatchObject({ ok: true, value: { value: { isEnabled: false } } })
    expect(feed.resellers.read(rows[0])).toMatchObject({
      ok: true,
      value: { externalId: 'R0000001', value: { uplineExternalId: null, isEnabled: true } },
    })
  })

  test('unknown fields are ignored, another type names the field', async () => {
    const before = await readAll('products')
    await sandbox.control('config', { unknownFields: true })
    expect((await readAll('products')).records).toEqual(before.records)
    await sandbox.control('config', { changedTypes: { harga_umum: 'number' } })
    expect((await readAll('products')).records[0]).toEqual(before.records[0])
    await sandbox.control('config', { changedTypes: { harga_umum: 'object' } })
    const { records } = await readAll('products')
    expect(records[0]).toEqual({
      ok: false,
      error: { code: 'field_invalid', detail: expect.stringContaining('harga_umum'), externalId: 'P0000001' },
    })
  })

  test('one bad record is one rejection', async () => {
    await sandbox.control('config', { badRows: 'one' })
    expect((await readAll('products')).records.filter((record) => !record.ok)).toHaveLength(1)
    expect((await readAll('resellers')).records.filter((record) => !record.ok)).toHaveLength(1)
  })
})

describe('pages', () => {
  beforeEach(() => sandbox.control('config', { maxLimit: 50 }))

  test('by token', async () => {
    const { records, positions } = await readAll('products')
    expect([records.length, positions.length]).toEqual([120, 2])
    expect(positions[0]).toMatch(/^cursor:/)
  })

  test('by number', async () => {
    await sandbox.control('config', { form: 'laravel' })
    const { records, positions } = await readAll('products')
    expect([records.length, positions]).toEqual([120, ['page:2', 'page:3']])
  })

  test.each(['plain', 'array'])('all at once (%s)', async (form) => {
    await sandbox.control('config', { form })
    const { records, positions } = await readAll('products')
    expect([records.length, positions]).toEqual([120, []])
    expect(records[0]).toMatchObject({ value: { version: null } })
  })

  test('a window holds both of its ends', async () => {
    await sandbox.control('mutate', { ids: ['P0000004', 'P0000090'] })
    const to = new Date(Date.now() + HOUR_MS)
    const { records } = await readAll('products', {
      ...full(),
      mode: 'window',
      from: new Date(Date.now() - HOUR_MS),
      to,
    })
    const versions = records.map((record) => (record.ok ? record.value.version : null))
    expect(records.map((record) => record.ok && record.value.externalId)).toEqual(['P0000004', 'P0000090'])
    const [at] = versions
    const same = await readAll('products', { ...full(), mode: 'window', from: at ?? null, to: at ?? to })
    expect(same.records).toEqual(records)
  })

  test('an empty list is an answer', async () => {
    await sandbox.control('config', { empty: true })
    expect(await feed.products.fetchPage(full())).toEqual({ ok: true, value: { rows: [], next: null } })
  })
})

describe('failures', () => {
  const fault = (kind: string, more = {}) => sandbox.control('faults', [{ fault: kind, ...more }])

  test('another token', async () => {
    await sandbox.control('token', { token: 'rotated' })
    expect((await failure())?.code).toBe('account')
  })

  test.each([410, 400])('a page token that died (%i)', async (lostToken) => {
    await sandbox.control('config', { lostToken, maxLimit: 50 })
    const first = await feed.products.fetchPage(full())
    const next = first.ok ? first.value.next : null
    await sandbox.control('kill-tokens')
    expect((await failure(full(next)))?.code).toBe('position_lost')
  })

  test('429 with the wait', async () => {
    await fault('http_429', { ms: 7_000 })
    expect(await failure()).toMatchObject({ code: 'throttled', retryAfterMs: 7_000 })
  })

  test.each(['http_500', 'html', 'reset', 'timeout_before', 'timeout_after'])('%s', async (kind) => {
    await fault(kind, { ms: 5_000 })
    expect((await failure())?.code).toBe('transient')
  })

  test.each(['truncate', 'empty'])('%s', async (kind) => {
    await fault(kind)
    expect((await failure())?.code).toBe('malformed')
  })

  test('an error body is never an empty list', async () => {
    await sandbox.control('config', { errorBody: true })
    expect(await failure(full(), 'resellers')).toMatchObject({
      code: 'malformed',
      detail: expect.stringContaining('Terjadi kesalahan'),
    })
  })

  test('an answer beyond every limit', async () => {
    await sandbox.control('scale', { products: 60_000 })
    await sandbox.control('config', { form: 'plain' })
    feed = sandbox.connect({ timeoutMs: 20_000 })
    expect(await failure()).toEqual({ code: 'malformed', detail: 'answer too large' })
  })

  test('nobody there, and called off', async () => {
    feed = sandbox.connect({ apiUrl: 'http://127.0.0.1:1' })
    expect((await failure())?.code).toBe('transient')
    expect(await failure({ ...full(), signal: AbortSignal.abort() })).toEqual({
      code: 'transient',
      detail: 'called off',
    })
  })
})
