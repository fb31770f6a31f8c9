import { describe, expect, test } from 'vitest'
import { err, ok } from '#shared/result.ts'
import type { App } from '../../../src/app.ts'
import { ADMIN_TOKEN, httpUnderTest, post, readProblem } from './http-under-test.ts'
import { CHANGE, PREVIEWED } from './prices-port.ts'
import { shopPort } from './shop-port.ts'

/** The HTTP side with these answers about prices, for the operator. */
function ask(prices: Partial<App['prices']>, path: string, init: RequestInit = {}) {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, ...(init.headers as Record<string, string>) }
  return httpUnderTest({ app: shopPort({ prices }) }).request(`/api/prices${path}`, { ...init, headers })
}

describe('changes', () => {
  test('are listed by run and SKU, page by page, and kept by nobody', async () => {
    const queries: unknown[] = []
    const listChanges: App['prices']['listChanges'] = async (query) => {
      queries.push(query)
      return { changes: [CHANGE], nextCursor: CHANGE.id }
    }
    const response = await ask(
      { listChanges },
      `/changes?run=${CHANGE.id}&sku=ML-86&limit=5&cursor=${CHANGE.id}`,
    )
    expect(await response.json()).toEqual({ changes: [CHANGE], nextCursor: CHANGE.id })
    expect(response.headers.get('cache-control')).toContain('no-store')
    await ask({ listChanges }, '/changes')
    expect(queries).toEqual([{ runId: CHANGE.id, sku: 'ML-86', limit: 5, cursor: CHANGE.id }, { limit: 20 }])
  })

  test.each(['cursor=abc', 'run=7', 'sku=../x', 'limit=0', 'limit=101'])('?%s is refused', async (query) => {
    const response = await ask({}, `/changes?${query}`)
    expect(response.status).toBe(400)
    expect((await readProblem(response)).errors?.[0]?.pointer).toBe(`/query/${query.split('=')[0]}`)
  })

  test('are taken back', async () => {
    const response = await ask({}, `/changes/${CHANGE.id}/revert`, { method: 'POST' })
    expect(await response.json()).toEqual({ sku: 'ML-86', retail: 21_500 })
    const unknown = `/changes/${CHANGE.id.replace('7', '8')}/revert`
    for (const path of [unknown, '/changes/x/revert'])
      expect((await ask({}, path, { method: 'POST' })).status).toBe(404)
  })

  test.each([
    ['id', 'di bawah batas terendah Rp30.200'],
    ['en', 'below the floor of Rp30.200'],
  ])('below the floor they are refused in plain words (%s)', async (lang, words) => {
    const revert: App['prices']['revert'] = async () => err({ code: 'below_floor', floor: 30_200 })
    const response = await ask({ revert }, `/changes/${CHANGE.id}/revert?lang=${lang}`, { method: 'POST' })
    const problem = await readProblem(response)
    expect([response.status, problem.code]).toEqual([409, 'below_floor'])
    expect(problem.detail).toContain(words)
    expect(problem).toMatchObject({ floor: 30_200 })
  })
})

describe('a preview', () => {
  const RULE = { marginBps: 600, marginFixed: 250, roundTo: 100, marginFloor: 200 }

  test('hands on a rule or costs', async () => {
    const asked: unknown[] = []
    const preview: App['prices']['preview'] = async (...call) => {
      asked.push(call)
      return ok({ total: 1, raised: 1, lowered: 0, unsellable: 0, prices: [PREVIEWED] })
    }
    const send = (body: unknown) => ask({ preview }, '/preview', post(body))
    const shown = await send({ rule: { scope: 'shop', ...RULE } })
    expect(await shown.json()).toMatchObject({ total: 1, prices: [PREVIEWED] })
    await send({ rule: { scope: 'product', name: 'mobile-legends', ...RULE }, limit: 1 })
    await send({ costs: [{ sku: 'ML-86', cost: 30_000 }] })
    expect(asked).toEqual([
      [{ kind: 'rule', target: { scope: 'shop' }, rule: RULE }, 100],
      [{ kind: 'rule', target: { scope: 'product', name: 'mobile-legends' }, rule: RULE }, 1],
      [{ kind: 'costs', costs: [{ sku: 'ML-86', cost: 30_000 }] }, 100],
    ])
  })

  test.each([
    [{}, '/rule'],
    [{ rule: { scope: 'shop', ...RULE }, costs: [{ sku: 'A', cost: 1 }] }, '/rule'],
    [{ rule: { scope: 'product', ...RULE } }, '/rule/name'],
    [{ rule: { scope: 'shop', name: 'x', ...RULE } }, '/rule/name'],
    [{ rule: { scope: 'shop', ...RULE, marginBps: 1.5 } }, '/rule/marginBps'],
    [{ rule: { scope: 'shop', ...RULE, roundTo: 0 } }, '/rule/roundTo'],
    [{ costs: [] }, '/costs'],
    [{ costs: [{ sku: 'A', cost: 0 }] }, '/costs/0/cost'],
    [{ costs: [{ sku: 'A', cost: 1, retail: 2 }] }, '/costs/0/retail'],
  ])('of %j is refused', async (body, pointer) => {
    const response = await ask({}, '/preview', post(body))
    expect(response.status).toBe(400)
    expect((await readProblem(response)).errors?.[0]?.pointer).toBe(pointer)
  })

  test.each([
    [{ code: 'rule_invalid' }, 400, '/rule'],
    [{ code: 'cost_invalid' }, 400, '/costs'],
    [{ code: 'target_unknown' }, 404, '/rule/name'],
    [{ code: 'sku_unknown', skus: ['NOPE'] }, 422, '/costs/1/sku'],
  ] as const)('%j is a problem that names its place', async (error, status, pointer) => {
    const costs = ['ML-86', 'NOPE'].map((sku) => ({ sku, cost: 1 }))
    const preview = async () => err(error as { code: 'rule_invalid' })
    const response = await ask({ preview }, '/preview', post({ costs }))
    expect(response.status).toBe(status)
    expect((await readProblem(response)).errors?.[0]?.pointer).toBe(pointer)
  })
})

test('a price is explained; an unknown SKU is not there', async () => {
  expect(await (await ask({}, '/ML-86')).json()).toMatchObject({
    cost: 30_000,
    floor: 30_200,
    retail: 32_100,
  })
  expect((await ask({}, '/NOPE')).status).toBe(404)
})
