import { afterAll, beforeAll, expect, test } from 'vitest'
import { EXIT } from '../../../src/cli/command.ts'
import { callPrices } from '../../../src/cli/prices.ts'
import type { PriceChange, PriceExplanation, PricePreview } from '../../../src/pricing/price-view.ts'
import { queryAs } from '../../support/test-database.ts'
import { createTestShop, pullCatalogue, type TestShop } from '../../support/test-shop.ts'
import { recordingTerminal } from '../cli/scripted-sync.ts'
import { ADMIN_TOKEN, httpUnderTest, post, readProblem } from './http-under-test.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await createTestShop()
  await pull()
}, 120_000)
afterAll(() => shop.stop())

async function pull(): Promise<string> {
  const run = await pullCatalogue(shop.app)
  if (!run.ok) throw new Error(run.error.code)
  expect(run.value.status).toBe('succeeded')
  return run.value.runId
}

/** An answer of the routes on the real shop, for the operator. */
function ask(path: string, init: RequestInit = {}) {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, ...(init.headers as Record<string, string>) }
  return httpUnderTest({ app: shop.app }).request(`/api/prices${path}`, { ...init, headers })
}

async function asked<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await ask(path, init)
  expect(response.status).toBe(200)
  return (await response.json()) as T
}

/** What the command writes on the real shop. */
async function prices(...words: string[]) {
  const { terminal, out, told } = recordingTerminal()
  const code = await callPrices(shop.app, words, terminal)
  return { code, out, told: told.join('\n') }
}

type Offer = { code: string; sku: string; cost: number; slug: string }

/** The nth SKU with one offer, its cost and its product. */
async function findOffer(n: number): Promise<Offer> {
  const [offer] = await queryAs<Offer>(
    shop.database.url,
    `select min(o.code) as code, s.code as sku, min(o.cost)::int as cost, min(p.slug) as slug
      from supplier_offers o join skus s on s.id = o.sku_id join products p on p.id = s.product_id
      where o.available and o.orderable and s.state = 'active' and p.state = 'active'
      group by s.code having count(*) = 1 order by s.code limit 1 offset ${n}`,
  )
  if (offer === undefined) throw new Error('the sandbox offers nothing')
  return offer
}

async function moveCost(code: string, price: number): Promise<void> {
  const response = await fetch(`${shop.sandboxes['vip-reseller']}/_sandbox/price`, {
    method: 'POST',
    body: JSON.stringify({ code, price }),
  })
  expect(response.status).toBe(200)
}

test('a run leads to a change that is listed, explained and taken back', async () => {
  const { code, sku, cost, slug } = await findOffer(0)
  const before = await asked<PriceExplanation>(`/${sku}`)
  expect(before).toMatchObject({ sku, cost, handSet: false })

  // A change that the next pull then makes, imagined first.
  const preview = await asked<PricePreview>('/preview', post({ costs: [{ sku, cost: cost - 500 }] }))
  await moveCost(code, cost - 500)
  const runId = await pull()
  const { changes } = await asked<{ changes: PriceChange[] }>(`/changes?run=${runId}`)
  expect(changes).toMatchObject([
    { sku, cause: 'run', runId, oldCost: cost, newCost: cost - 500, oldRetail: before.retail },
  ])
  expect(preview).toMatchObject({ total: 1, lowered: 1, prices: [{ sku, newRetail: changes[0]?.newRetail }] })
  const listed = await prices('changes', '--run', runId)
  expect(listed.out).toHaveLength(1)
  expect(listed.out[0]).toContain(`${changes[0]?.id}  ${sku}`)

  const reverted = await asked(`/changes/${changes[0]?.id}/revert`, { method: 'POST' })
  expect(reverted).toEqual({ sku, retail: before.retail })
  expect(await asked(`/${sku}`)).toMatchObject({ retail: before.retail, handSet: true, cost: cost - 500 })
  expect((await prices('explain', sku)).out.join('\n')).toContain('set by hand')
  const service = await httpUnderTest({ app: shop.app }).request(`/api/services/${slug}`)
  expect(service.status).toBe(200)
  expect(await service.text()).toContain(`"price":${before.retail}`)

  // The next run finds a new cost and leaves the price to the operator.
  await moveCost(code, cost - 600)
  const next = await pull()
  expect(await asked(`/changes?run=${next}`)).toEqual({ changes: [], nextCursor: null })
  expect((await prices('revert', changes[0]?.id ?? '')).code).toBe(EXIT.ok)
})

test('below the floor of today nothing is taken back', async () => {
  const { code, sku, cost } = await findOffer(1)
  await moveCost(code, cost * 2)
  const runId = await pull()
  const { changes } = await asked<{ changes: PriceChange[] }>(`/changes?run=${runId}&sku=${sku}`)
  const [change] = changes
  const response = await ask(`/changes/${change?.id}/revert`, { method: 'POST' })
  const problem = await readProblem(response)
  expect([response.status, problem.code]).toEqual([409, 'below_floor'])
  expect(problem.detail).toContain('batas terendah')
  const refused = await prices('revert', change?.id ?? '')
  expect(refused.code).toBe(EXIT.failed)
  expect(refused.told).toContain('Nothing was changed.')
  expect(await asked(`/${sku}`)).toMatchObject({ retail: change?.newRetail, handSet: false })
})

test('a preview by name writes nothing, and knows no made-up names', async () => {
  const { sku, slug } = await findOffer(2)
  const before = await asked<PriceExplanation>(`/${sku}`)
  const rule = { marginBps: 5_000, marginFixed: 0, roundTo: 100, marginFloor: 200 }
  const scopes = [{ scope: 'shop' }, { scope: 'product', name: slug }, { scope: 'sku', name: sku }]
  const totals: number[] = []
  for (const scope of scopes) {
    const { total, raised } = await asked<PricePreview>('/preview', post({ rule: { ...scope, ...rule } }))
    expect(raised).toBeGreaterThan(0)
    totals.push(total)
  }
  expect(totals).toEqual([...totals].sort((one, other) => other - one))
  expect(totals.at(-1)).toBe(1)
  expect(await asked(`/${sku}`)).toEqual(before)
  for (const [body, status] of [
    [{ rule: { scope: 'product', name: 'no-such-game', ...rule } }, 404],
    [{ rule: { scope: 'category', name: '\u0001', ...rule } }, 404],
    [{ costs: [{ sku: 'NOPE', cost: 1 }] }, 422],
    [{ rule: { scope: 'shop', ...rule, marginBps: 100_001 } }, 400],
  ] as const)
    expect((await ask('/preview', post(body))).status).toBe(status)
})

test('no public answer holds a cost', async () => {
  const { slug } = await findOffer(0)
  const http = httpUnderTest({ app: shop.app })
  for (const path of ['/api/services', `/api/services/${slug}`]) {
    const text = await (await http.request(path)).text()
    expect(text).not.toMatch(/"(?:cost|floor|trace|margin\w*|oldCost|newCost)"/)
  }
  for (const path of ['/changes', `/${(await findOffer(0)).sku}`])
    expect((await http.request(`/api/prices${path}`)).status).toBe(401)
})
