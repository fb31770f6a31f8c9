import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RunningSandboxes } from '../main.ts'
import { postJson, startForTest } from '../testing.ts'

type Row = Record<string, unknown>
type Answer = { status: number; rows: Row[]; next: string | null; body: Record<string, unknown> }

const HEADERS = { Authorization: 'Bearer feed-demo-token' }

let sandboxes: RunningSandboxes
let url: string

beforeAll(async () => {
  sandboxes = await startForTest(['feed'])
  url = sandboxes.urls.feed ?? ''
})
beforeEach(() => control('reset'))
afterAll(() => sandboxes.stop())

const control = (path: string, body: unknown = {}) => postJson(`${url}/_sandbox/${path}`, body)

async function get(list: 'product' | 'reseller', query = '', headers = HEADERS): Promise<Answer> {
  const response = await fetch(`${url}/apis/${list}/get?${query}`, { headers })
  const body = (await response.json()) as Record<string, unknown>
  const rows = Array.isArray(body) ? body : body.data
  return { status: response.status, rows: rows as Row[], next: body.next_cursor as string | null, body }
}

async function readAll(list: 'product' | 'reseller', query: string): Promise<Row[]> {
  const rows: Row[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Answer = await get(list, `${query}${cursor === '' ? '' : `&cursor=${cursor}`}`)
    rows.push(...page.rows)
    cursor = page.next
  }
  return rows
}

const ids = (rows: Row[]) => rows.map((row) => row.id_produk ?? row.id_reseller)

describe('lists', () => {
  test('want the token', async () => {
    expect((await get('product', '', { Authorization: 'Bearer x' })).status).toBe(401)
    await control('token', { token: 'neu' })
    expect((await get('product')).status).toBe(401)
    expect((await get('product', '', { Authorization: 'Bearer neu' })).status).toBe(200)
  })

  test('come whole without a limit and page by page with one', async () => {
    const whole = await get('product')
    expect(whole.rows).toHaveLength(120)
    expect(whole.next).toBeUndefined()
    expect(await readAll('product', 'limit=7')).toEqual(whole.rows)
    expect((await get('reseller')).rows).toHaveLength(24)
  })

  test('have ids and prices as text, and private data', async () => {
    const [product] = (await get('product', 'limit=1')).rows
    expect(product).toMatchObject({ id_produk: 'P0000001', harga_umum: expect.stringMatching(/^\d+/) })
    const [reseller] = (await get('reseller', 'limit=1')).rows
    expect(reseller).toMatchObject({ id_reseller: 'R0000001', rekening: '7000000000', status: 'aktif' })
  })

  test('are the same to the byte until something changes', async () => {
    const before = await get('product')
    expect(await get('product')).toEqual(before)
    const { body } = await control('mutate', { share: 0.1, seed: 4, list: 'products' })
    const after = await get('product')
    const changed = after.rows.filter((row, index) => row.harga_umum !== before.rows[index]?.harga_umum)
    expect(changed).toHaveLength(Number(body.products))
    expect(changed.length).toBeGreaterThan(0)
    expect(after.rows.filter((row, index) => row.updated_at !== before.rows[index]?.updated_at)).toEqual(
      changed,
    )
  })

  test('are generated page by page at any scale', async () => {
    await control('scale', { products: 1_000_000, resellers: 3 })
    const page = await get('product', 'limit=5000')
    expect(page.rows).toHaveLength(5_000)
    expect((await get('product', `limit=9999&cursor=${page.next}`)).rows).toHaveLength(5_000)
    expect((await get('reseller')).rows).toHaveLength(3)
  })

  test('survive a restart', async () => {
    const { feedSandbox } = await import('./feed.ts')
    const { createClock } = await import('../clock.ts')
    const { createRandom } = await import('../random.ts')
    const start = () =>
      feedSandbox.create({ appUrl: '', clock: createClock(), random: createRandom('x'), env: {} })
    const ask = async (sandbox: ReturnType<typeof start>) =>
      (await sandbox.app.request('/apis/product/get', { headers: HEADERS })).text()
    const first = start()
    await first.app.request('/_sandbox/delete', { method: 'POST', body: '{"share":0.5}' })
    const second = start()
    second.restore?.(structuredClone(first.save?.()))
    expect(await ask(second)).toBe(await ask(first))
  })
})

describe('windows', () => {
  test('hold what changed, both ends included', async () => {
    await control('mutate', { ids: ['P0000003'] })
    const [row] = (await get('product', `updated_since=${new Date(Date.now() - 60_000).toISOString()}`)).rows
    expect(row?.id_produk).toBe('P0000003')
    const at = String(row?.updated_at)
    expect(ids((await get('product', `updated_since=${at}&updated_until=${at}`)).rows)).toEqual(['P0000003'])
    expect((await get('product', 'updated_since=kemarin')).status).toBe(422)
  })

  test('late rows, ties and a wrong clock', async () => {
    await control('late', { ids: ['P0000001'], byMs: 3_600_000 })
    const since = new Date(Date.now() - 600_000).toISOString()
    expect((await get('product', `updated_since=${since}`)).rows).toEqual([])
    await control('config', { skewMs: 86_400_000, tieSeconds: 3_600 })
    await control('mutate', { share: 1, list: 'products' })
    const times = new Set((await get('product')).rows.map((row) => row.updated_at))
    expect(times.size).toBe(1)
    expect(Date.parse(String([...times][0]))).toBeGreaterThan(Date.now() + 3_600_000)
  })
})

describe('trouble', () => {
  test('deletes and brings back', async () => {
    await control('delete', { ids: ['P0000002', 'R0000001'] })
    expect(ids((await get('product', 'limit=2')).rows)).toEqual(['P0000001', 'P0000003'])
    expect((await get('reseller')).rows).toHaveLength(23)
    await control('restore')
    expect((await get('product')).rows).toHaveLength(120)
  })

  test('page tokens die, now or later', async () => {
    const { next } = await get('product', 'limit=5')
    await control('kill-tokens')
    const dead = await get('product', `limit=5&cursor=${next}`)
    expect(dead).toMatchObject({ status: 410, body: { code: 'position_lost' } })
    await control('kill-tokens', { afterPages: 2 })
    await control('config', { lostToken: 400 })
    const first = await get('product', 'limit=5')
    const second = await get('product', `limit=5&cursor=${first.next}`)
    expect((await get('product', `limit=5&cursor=${second.next}`)).status).toBe(400)
  })

  test('pages and rows come twice', async () => {
    await control('config', { duplicates: 'page' })
    const rows = await readAll('product', 'limit=50')
    expect(new Set(ids(rows)).size).toBe(120)
    expect(rows).toHaveLength(220)
    await control('config', { duplicates: 'rows' })
    const page = (await get('product', 'limit=5')).rows
    expect(page).toHaveLength(6)
    expect(String(page[5]?.updated_at) < String(page[0]?.updated_at)).toBe(true)
  })

  test('rows are spoiled', async () => {
    await control('config', { unknownFields: true, badRows: 'one', changedTypes: { bpom: 'object' } })
    const { rows } = await get('product', 'limit=2')
    expect(rows[0]).toMatchObject({ harga_umum: 'hubungi kami', kode_gudang: 'GD-07', bpom: {} })
    expect(rows[1]?.harga_umum).toMatch(/^\d+/)
  })

  test('other forms', async () => {
    await control('config', { form: 'plain' })
    expect((await get('product', 'limit=3')).rows).toHaveLength(120)
    expect((await get('product')).rows[0]).not.toHaveProperty('updated_at')
    await control('config', { form: 'array' })
    expect((await get('product')).rows).toHaveLength(120)
    await control('config', { form: 'laravel' })
    expect((await get('product', 'per_page=50&page=3')).body).toMatchObject({
      data: { current_page: 3, last_page: 3, total: 120, data: { length: 20 } },
    })
    await control('config', { empty: true })
    expect((await get('product')).rows).toEqual([])
    await control('config', { errorBody: true })
    expect((await get('product')).body).not.toHaveProperty('data')
  })

  test('429 tells how long to wait', async () => {
    await control('faults', [{ match: { path: '/apis/*' }, fault: 'http_429', ms: 7_000 }])
    const response = await fetch(`${url}/apis/product/get`, { headers: HEADERS })
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7'])
  })
})

describe('pictures', () => {
  const picture = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${url}/images/${path}`, { headers, redirect: 'manual' })

  test('are real files of the kind they say', async () => {
    const png = await picture('produk/P0000002.png')
    expect(
      Buffer.from(await png.arrayBuffer())
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG')
    const jpeg = await picture('produk/P0000001.jpg')
    expect(
      Buffer.from(await jpeg.arrayBuffer())
        .subarray(0, 3)
        .toString('hex'),
    ).toBe('ffd8ff')
    expect((await picture('produk/P9999999.png')).status).toBe(404)
  })

  test('answer 304, and 200 after a change', async () => {
    const path = 'produk/P0000002.png'
    const first = await picture(path)
    const etag = first.headers.get('etag') ?? ''
    const modified = first.headers.get('last-modified') ?? ''
    expect((await picture(path, { 'If-None-Match': etag })).status).toBe(304)
    expect((await picture(path, { 'If-Modified-Since': modified })).status).toBe(304)
    await control('picture', { path: `/images/${path}`, change: true })
    const changed = await picture(path, { 'If-None-Match': etag })
    expect(changed.status).toBe(200)
    const bytes = async (response: Response) => Buffer.from(await response.arrayBuffer()).toString('base64')
    expect(await bytes(changed)).not.toBe(await bytes(first))
    const state = (await (await fetch(`${url}/_sandbox/state`)).json()) as { state: { pictures: unknown } }
    expect(state.state.pictures).toEqual({ [`/images/${path}`]: { ok: 2, notModified: 2, other: 0 } })
  })

  test.each([
    ['404', 404],
    ['http_500', 500],
    ['html', 200],
    ['truncated', 200],
    ['bomb', 200],
    ['svg', 200],
    ['redirect_private', 302],
  ])('broken as %s', async (broken, status) => {
    const path = '/images/produk/P0000002.png'
    await control('picture', { path, broken })
    const response = await picture('produk/P0000002.png')
    expect(response.status).toBe(status)
    expect((await response.arrayBuffer()).byteLength).toBeLessThan(200_000)
    await control('picture', { path, broken: null })
    expect((await picture('produk/P0000002.png')).headers.get('content-type')).toBe('image/png')
  })
})
