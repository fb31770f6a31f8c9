import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDigiflazz, type Digiflazz } from '../../src/providers/digiflazz/digiflazz.ts'
import { readCutOff } from '../../src/providers/digiflazz/cut-off.ts'
import { DIGIFLAZZ_DEMO, startDigiflazzSandbox, type DigiflazzSandbox } from './digiflazz-sandbox.ts'
import { describeCatalogue } from './supplier-catalogue.contract.ts'

/** Short enough for faults that never answer, long enough for a busy machine. */
const TIMEOUTS = { readMs: 700 }

describeCatalogue('digiflazz', async () => {
  const sandbox = await startDigiflazzSandbox()
  let current = sandbox.connect({ timeouts: TIMEOUTS })
  return {
    get catalogue() {
      return current.catalogue
    },
    stranger: () => sandbox.connect({ apiKey: 'wrong' }).catalogue,
    unreachable: createDigiflazz({ apiUrl: 'http://127.0.0.1:9/v1', ...DIGIFLAZZ_DEMO }).catalogue,
    async reset() {
      await sandbox.control('reset', {})
      current = sandbox.connect({ timeouts: TIMEOUTS })
    },
    breakReads: async (fault) => void (await sandbox.control('faults', [{ match: {}, fault }])),
    emptyList: async () => void (await sandbox.control('config', { emptyList: true })),
    setPrice: async (code, price) => void (await sandbox.control('price', { code, price })),
    throttle: async () => void (await current.catalogue.fetchOffers()),
    stop: sandbox.stop,
  }
})

describe('digiflazz beyond the contract', () => {
  let sandbox: DigiflazzSandbox
  let digiflazz: Digiflazz
  beforeAll(async () => {
    sandbox = await startDigiflazzSandbox()
  })
  afterAll(() => sandbox.stop())
  beforeEach(async () => {
    await sandbox.control('reset', {})
    digiflazz = sandbox.connect()
  })

  async function offerOf(code: string) {
    const offers = await digiflazz.catalogue.fetchOffers()
    return offers.ok ? offers.value.find((row) => row.code === code) : undefined
  }

  test('the object over the limit is no list: five minutes later there is one again', async () => {
    expect(await digiflazz.catalogue.fetchOffers()).toMatchObject({ ok: true })
    expect(await digiflazz.catalogue.fetchOffers()).toMatchObject({
      ok: false,
      error: { code: 'throttled', retryAfterMs: 300_000, detail: expect.stringContaining('rc 83') },
    })
    await sandbox.control('clock', { advanceMs: 300_000 })
    expect(await digiflazz.catalogue.fetchOffers()).toMatchObject({ ok: true })
  })

  test('refusals are read from HTTP 400 as well as from 200', async () => {
    await sandbox.control('config', { refusalStatus: 400 })
    const stranger = sandbox.connect({ username: 'somebody' })
    expect(await stranger.catalogue.fetchBalance()).toMatchObject({ ok: false, error: { code: 'refused' } })
    await sandbox.control('config', { productionIps: ['192.0.2.1'] })
    expect(await digiflazz.catalogue.fetchOffers()).toMatchObject({
      ok: false,
      error: { code: 'refused', detail: expect.stringContaining('rc 45') },
    })
  })

  test.each([
    [{}, true],
    [{ buyer_product_status: false }, false],
    [{ seller_product_status: false }, false],
    [{ unlimited_stock: false, stock: 0 }, false],
    [{ unlimited_stock: false, stock: 3 }, true],
  ])('a row with %j is offered: %s', async (changes, available) => {
    await sandbox.control('product', { code: 'ml86', ...changes })
    expect(await offerOf('ml86')).toMatchObject({ available, family: 'MOBILE LEGENDS' })
  })

  test('amounts as text and daily pauses are read', async () => {
    await sandbox.control('config', { amountsAs: 'string' })
    await sandbox.control('product', { code: 'ml86', start_cut_off: '23:45', end_cut_off: '0:15' })
    await sandbox.control('price', { code: 'ml86', price: 20_100 })
    expect(await offerOf('ml86')).toMatchObject({ cost: 20_100, cutOff: { start: 1_425, end: 15 } })
    await sandbox.control('clock', { advanceMs: 300_000 })
    expect(await offerOf('xld10')).not.toHaveProperty('cutOff')
  })

  test.each([
    ['0:0', '0:0', { ok: true, value: null }],
    [null, undefined, { ok: true, value: null }],
    ['00:30', '6:5', { ok: true, value: { start: 30, end: 365 } }],
    ['24:00', '0:0', { ok: false, error: { code: 'not_a_time' } }],
    ['soon', '0:0', { ok: false, error: { code: 'not_a_time' } }],
  ])('the pause %s to %s', (start, end, expected) => {
    expect(readCutOff(start, end)).toEqual(expected)
  })
})

describe('what digiflazz never documented', () => {
  const answers: { status: number; body: string }[] = []
  const server = createServer((_, response) => {
    const { status, body } = answers[0] ?? { status: 200, body: '' }
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  })
  beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve())))
  afterAll(() => new Promise((resolve) => server.close(resolve)))

  function listOf(status: number, body: unknown) {
    answers[0] = { status, body: JSON.stringify(body) }
    const { port } = server.address() as AddressInfo
    return createDigiflazz({
      apiUrl: `http://127.0.0.1:${port}/v1`,
      ...DIGIFLAZZ_DEMO,
    }).catalogue.fetchOffers()
  }

  const row = {
    product_name: 'MOBILE LEGENDS 86 Diamond',
    brand: 'MOBILE LEGENDS',
    category: 'Games',
    price: 20_100.4,
    buyer_sku_code: 86,
    buyer_product_status: true,
    seller_product_status: true,
    unlimited_stock: true,
    stock: null,
    start_cut_off: '0:0',
    end_cut_off: '0:0',
    something_new: {},
  }

  test.each([
    [200, { data: 'soon' }, 'malformed'],
    [200, { data: null }, 'malformed'],
    [200, { data: {} }, 'malformed'],
    [200, {}, 'malformed'],
    [200, [], 'malformed'],
    [400, { data: [] }, 'malformed'],
    [400, { data: { rc: 41, message: 'x' } }, 'refused'],
    [200, { data: { rc: '83', message: 'x' } }, 'throttled'],
    [200, { data: { rc: '777', message: 'x' } }, 'malformed'],
    [503, { data: [] }, 'unreachable'],
  ])('%d %j is %s', async (status, body, code) => {
    expect(await listOf(status, body)).toMatchObject({ ok: false, error: { code } })
  })

  test('a bad row is told apart and keeps its code; a bill is left out', async () => {
    const bill = { ...row, category: 'Pascabayar', price: undefined, admin: 2_500 }
    const rows = [
      row,
      { ...row, buyer_sku_code: 'x', price: 'free' },
      null,
      { ...row, start_cut_off: 'x' },
      bill,
    ]
    const listed = await listOf(200, { data: rows })
    expect(listed).toMatchObject({
      ok: true,
      value: [
        { code: '86', cost: 20_101, available: true },
        { code: 'x', garbled: { fault: expect.stringContaining('price') } },
        { code: '', garbled: { raw: null } },
        { code: '86', garbled: { fault: 'cut-off is not a time of day' } },
      ],
    })
  })
})
