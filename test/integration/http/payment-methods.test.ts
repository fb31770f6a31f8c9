import { describe, expect, test } from 'vitest'
import { err } from '#shared/result.ts'
import type { App } from '../../../src/app.ts'
import { ADMIN_TOKEN, httpUnderTest, post, readProblem } from './http-under-test.ts'
import { OFFER, SETTING } from './methods-port.ts'
import { shopPort, TOKEN } from './shop-port.ts'

const STRANGER = 'tracking-token-of-a-stranger'

describe('an operator', () => {
  function ask(methods: Partial<App['methods']>, path = '', init: RequestInit = {}) {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, ...(init.headers as Record<string, string>) }
    const http = httpUnderTest({ app: shopPort({ methods }) })
    return http.request(`/api/admin/payment-methods${path}`, { ...init, headers })
  }
  const patch = (body: unknown): RequestInit => ({ ...post(body), method: 'PATCH' })

  test('sees every way to pay with its cost and what was kept, and nobody keeps the answer', async () => {
    const response = await ask({})
    expect(await response.json()).toEqual({ methods: [SETTING] })
    expect(response.headers.get('cache-control')).toContain('no-store')
  })

  test('changes what is named', async () => {
    const asked: unknown[] = []
    const change: App['methods']['change'] = async (method, wish) => {
      asked.push([method, wish])
      return { ok: true, value: { ...SETTING, ...wish } }
    }
    const wish = { enabled: false, position: 2, cost: { fixed: 0, bps: 80 } }
    const response = await ask({ change }, '/midtrans', patch(wish))
    expect(await response.json()).toEqual({ ...SETTING, ...wish })
    expect(asked).toEqual([['midtrans', wish]])
  })

  test.each([
    ['an unknown one', '/cowrie', { enabled: true }, 404, 'method_unknown'],
    ['a name of another form', '/MID%20TRANS', { enabled: true }, 404, 'not_found'],
    ['a member nobody knows', '/midtrans', { colour: 'red' }, 400, 'invalid_request'],
    ['a fraction of a rupiah', '/midtrans', { minimum: 0.5 }, 400, 'invalid_request'],
  ])('is refused: %s', async (_, path, wish, status, code) => {
    const response = await ask({}, path, patch(wish))
    expect([response.status, (await readProblem(response)).code]).toEqual([status, code])
  })

  test('may not let buyers pay for QRIS', async () => {
    const change: App['methods']['change'] = async () => err({ code: 'qris_fee', detail: 'forbidden' })
    const response = await ask({ change }, '/midtrans', patch({ buyerPaysCost: true }))
    expect([response.status, (await readProblem(response)).code]).toEqual([422, 'qris_fee'])
  })
})

describe('a buyer', () => {
  const track = (path: string, init?: RequestInit, orders: Partial<App['orders']> = {}) =>
    httpUnderTest({ app: shopPort({ orders }) }).request(`/api/track/${path}`, init)

  test('sees the ways to pay of an unpaid order; a stranger sees none', async () => {
    expect(await (await track(`${TOKEN}/methods`)).json()).toEqual({ methods: [OFFER] })
    expect(await (await track(`${STRANGER}/methods`)).json()).toEqual({ methods: [] })
  })

  test('gets the QR code as a picture that no cache keeps; a stranger gets nothing', async () => {
    const response = await track(`${TOKEN}/qr.png`)
    expect(response.headers.get('content-type')).toBe('image/png')
    expect(response.headers.get('cache-control')).toContain('no-store')
    expect(Buffer.from(await response.arrayBuffer())[0]).toBe(0x89)
    expect((await track(`${STRANGER}/qr.png`)).status).toBe(404)
  })

  test('pays anew, by the same way without a body or by another one', async () => {
    const asked: unknown[] = []
    const renewPayment: App['orders']['renewPayment'] = async (token, method) => {
      asked.push([token, method])
      return await shopPort().orders.renewPayment(token, method)
    }
    expect((await track(`${TOKEN}/payment`, { method: 'POST' }, { renewPayment })).status).toBe(200)
    const other = await track(`${TOKEN}/payment`, post({ method: 'tokopay_qris' }), { renewPayment })
    expect(await other.json()).toMatchObject({ version: 4, payment: { canRenew: true } })
    expect(asked).toEqual([
      [TOKEN, undefined],
      [TOKEN, 'tokopay_qris'],
    ])
    expect((await track(`${STRANGER}/payment`, post({}))).status).toBe(404)
    expect((await track(`${TOKEN}/payment`, post({ way: 'x' }))).status).toBe(400)
  })

  test.each([
    ['not_renewable', 409],
    ['price_changed', 409],
    ['sku_unavailable', 409],
  ] as const)('is told why not: %s', async (code, status) => {
    const renewPayment: App['orders']['renewPayment'] = async () => err({ code })
    const response = await track(`${TOKEN}/payment`, post({}), { renewPayment })
    const problem = await readProblem(response)
    expect([response.status, problem.code]).toEqual([status, code])
  })

  test.each([
    ['payment_method_unavailable', 422],
    ['gateway_unavailable', 503],
  ] as const)('is shown what else can be used: %s', async (code, status) => {
    const renewPayment: App['orders']['renewPayment'] = async () => err({ code, methods: [OFFER] })
    const response = await track(`${TOKEN}/payment`, post({}), { renewPayment })
    expect(response.status).toBe(status)
    expect(await readProblem(response)).toMatchObject({ code, methods: [OFFER] })
  })
})
