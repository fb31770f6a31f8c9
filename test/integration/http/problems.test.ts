import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { err } from '#shared/result.ts'
import { problemCodes, PROBLEMS, renderProblemDocs } from '../../../src/http/problems.ts'
import { EXAMPLE_ORDER } from '../../../src/http/api/order-schemas.ts'
import type { OrderRefusal } from '../../../src/orders/order-view.ts'
import { APP_URL, httpUnderTest, post, readProblem } from './http-under-test.ts'
import { QUOTE, shopPort } from './shop-port.ts'

const KEY = { 'idempotency-key': '5f0c0a52-6d0e-4f5e-9d5c-7f9b8f1f7c11' }

test('docs/errors.md is the registry', () => {
  const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8')
  expect(page).toBe(renderProblemDocs())
})

test('every type leads to its entry on the page', async () => {
  const page = await (await httpUnderTest().request('/problems')).text()
  for (const code of problemCodes()) expect(page).toContain(`<section id="${code}">`)
})

const FLAW = { pointer: '/items/0/sku', code: 'sku_unknown', detail: 'Tidak dijual.', detailEn: 'Not sold.' }

const REFUSALS: OrderRefusal[] = [
  { code: 'invalid_request', errors: [FLAW] },
  { code: 'sku_unknown', errors: [FLAW] },
  { code: 'sku_unavailable', errors: [FLAW] },
  { code: 'payment_method_unavailable', errors: [FLAW] },
  { code: 'price_changed', current: QUOTE },
  { code: 'idempotency_key_missing' },
  { code: 'idempotency_key_reused' },
  { code: 'request_in_progress' },
  { code: 'gateway_unavailable', methods: QUOTE.methods },
]

describe.each(REFUSALS)('the refusal $code', (refusal) => {
  const http = httpUnderTest({ app: shopPort({ orders: { create: async () => err(refusal) } }) })

  test('is a problem of its registry entry', async () => {
    const response = await http.request('/api/orders/create', post(EXAMPLE_ORDER, KEY))
    const problem = await readProblem(response)
    const { status, title } = PROBLEMS[refusal.code]
    expect(response.status).toBe(status)
    expect(problem).toMatchObject({
      type: `${APP_URL}/problems#${refusal.code}`,
      title,
      status,
      code: refusal.code,
    })
    const told = [{ pointer: '/items/0/sku', code: 'sku_unknown', detail: 'Tidak dijual.' }]
    expect(problem.errors).toEqual('errors' in refusal ? told : undefined)
  })
})

test('a moved price and a silent gateway carry what to do next', async () => {
  const ask = async (refusal: OrderRefusal) =>
    httpUnderTest({ app: shopPort({ orders: { create: async () => err(refusal) } }) }).request(
      '/api/orders/create',
      post(EXAMPLE_ORDER, KEY),
    )
  expect(await (await ask({ code: 'price_changed', current: QUOTE })).json()).toMatchObject({
    current: QUOTE,
  })
  const silent = await ask({ code: 'gateway_unavailable', methods: QUOTE.methods })
  expect(Number(silent.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await silent.json()).toMatchObject({ methods: QUOTE.methods, retryAfterSeconds: expect.any(Number) })
})

test.each([
  ['Indonesian by default', '', {}, {}, 'Harus bilangan bulat.'],
  ['the browser’s English', '', { 'accept-language': 'en-GB,en;q=0.8' }, {}, 'Must be a whole number.'],
  [
    'Indonesian where it is listed',
    '',
    { 'accept-language': 'en-US,en;q=0.9,id;q=0.5' },
    {},
    'Harus bilangan bulat.',
  ],
  ['the body’s language', '', {}, { locale: 'en' }, 'Must be a whole number.'],
  ['the address before the body', '?lang=id', {}, { locale: 'en' }, 'Harus bilangan bulat.'],
])('field errors speak %s', async (_name, query, headers, extra, detail) => {
  const body = { items: [{ sku: 'ML-86', quantity: 1.5 }], ...extra }
  const problem = await readProblem(await httpUnderTest().request(`/api/quote${query}`, post(body, headers)))
  expect(problem.errors).toEqual([{ pointer: '/items/0/quantity', code: 'not_whole', detail }])
})

test('a bug is a problem without its innards', async () => {
  const app = shopPort({
    catalog: {
      listServices: async () => {
        throw new Error('select secret from orders')
      },
    },
  })
  const response = await httpUnderTest({ app }).request('/api/services')
  expect(response.status).toBe(500)
  expect(await response.text()).not.toContain('secret')
})

test('a webhook that cannot be stored asks to be sent again', async () => {
  const app = shopPort({
    webhooks: {
      accept: async () => {
        throw new Error('no database')
      },
    },
  })
  const response = await httpUnderTest({ app }).request('/api/webhooks/midtrans', {
    method: 'POST',
    body: '{}',
  })
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('10')
})

test('webhooks answer what became of them', async () => {
  const send = (path: string, body: string) => httpUnderTest().request(path, { method: 'POST', body })
  const stored = await send('/api/webhooks/vip-reseller', 'data[trxid]=1')
  expect([stored.status, await stored.json()]).toEqual([200, { status: true }])
  expect((await send('/api/webhooks/midtrans', 'forged')).status).toBe(401)
  expect((await send('/api/webhooks/midtrans', 'x'.repeat(65 * 1024))).status).toBe(413)
  expect((await send('/api/webhooks/digiflazz', 'forged')).status).not.toBe(404)
  for (const path of ['/api/webhooks/nobody', '/api/webhook']) {
    expect((await send(path, '{}')).status).toBe(404)
  }
})

test('a repeated order is the same order and says so', async () => {
  const http = httpUnderTest()
  const first = await http.request('/api/orders/create', post(EXAMPLE_ORDER, KEY))
  const again = await http.request('/api/orders/create', post(EXAMPLE_ORDER, KEY))
  expect([first.status, first.headers.get('idempotent-replayed')]).toEqual([201, null])
  expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true'])
  expect(await again.json()).toEqual(await first.json())
})

test('a wrong method names the right ones', async () => {
  const response = await httpUnderTest().request('/api/services', { method: 'DELETE' })
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST'])
})
