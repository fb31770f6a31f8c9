import { PROVIDER_ACCOUNT } from './invites-port.ts'
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { honoPath } from '../../../src/http/create-http.ts'
import { routeTable } from '../../../src/http/route-table.ts'
import { ADMIN_TOKEN, APP_URL, CRON_KEY, httpUnderTest, serverUnderTest } from './http-under-test.ts'
import { TASK } from './exits-port.ts'
import { INCIDENT } from './messages-port.ts'
import { NEW_CREDENTIAL } from './shared-stock-port.ts'
import { TOKEN } from './shop-port.ts'
import { RUN } from './sync-port.ts'

/** Who may call what. A route missing here, or one too many, fails the build. */
const DECLARED = {
  'get /api/services': 'public',
  'get /api/services/{slug}': 'public',
  'post /api/services/nickname': 'public',
  'post /api/services': 'operator',
  'post /api/quote': 'public',
  'post /api/orders/create': 'public',
  'get /api/track/{token}': 'public',
  'get /api/track/{token}/events': 'public',
  'post /api/track/{token}/refresh': 'public',
  'post /api/track/{token}/cancel': 'public',
  'get /api/track/{token}/methods': 'public',
  'post /api/track/{token}/payment': 'public',
  'get /api/track/{token}/qr.png': 'public',
  'post /api/track/{token}/lines/{line}/input': 'public',
  'post /api/track/{token}/lines/{line}/decline': 'public',
  'post /api/track/{token}/refund-account': 'public',
  'post /api/webhooks/midtrans': 'webhook',
  'post /api/webhooks/tokopay': 'webhook',
  'post /api/webhooks/vip-reseller': 'webhook',
  'post /api/webhooks/digiflazz': 'webhook',
  'get /api/orders/process': 'cron',
  'post /api/orders/process': 'cron',
  'get /api/admin/sync-status': 'cron',
  'post /api/admin/sync-status': 'cron',
  'get /api/test/vip-connection': 'operator',
  'get /api/runs': 'operator',
  'get /api/runs/{id}': 'operator',
  'get /api/runs/{id}/changes': 'operator',
  'post /api/runs/{id}/cancel': 'operator',
  'post /api/runs/{id}/approve': 'operator',
  'post /api/sync-data': 'cron',
  'get /api/db-resellers': 'cron',
  'get /api/db-products': 'cron',
  'get /api/sync/connections': 'operator',
  'post /api/sync/connections/{name}/pause': 'operator',
  'post /api/sync/connections/{name}/resume': 'operator',
  'put /api/sync/connections/{name}/schedule': 'operator',
  'get /api/dead-letters': 'operator',
  'post /api/dead-letters/replay': 'operator',
  'post /api/dead-letters/{id}/discard': 'operator',
  'put /api/sync/field-locks': 'operator',
  'delete /api/sync/field-locks': 'operator',
  'get /api/exports/{name}': 'operator',
  'post /api/admin/stock/{sku}': 'operator',
  'get /api/admin/payment-methods': 'operator',
  'patch /api/admin/payment-methods/{method}': 'operator',
  'get /api/admin/suppliers': 'operator',
  'get /api/admin/provider-accounts': 'operator',
  'post /api/admin/provider-accounts': 'operator',
  'patch /api/admin/provider-accounts/{id}': 'operator',
  'post /api/admin/suppliers/{id}/pause': 'operator',
  'post /api/admin/suppliers/{id}/resume': 'operator',
  'get /api/admin/shared-credentials': 'operator',
  'post /api/admin/shared-credentials': 'operator',
  'post /api/admin/shared-credentials/{id}/rotate': 'operator',
  'post /api/admin/shared-credentials/{id}/end': 'operator',
  'post /api/admin/shared-credentials/{id}/state': 'operator',
  'get /api/admin/incidents': 'operator',
  'post /api/admin/incidents/{id}/acknowledge': 'operator',
  'get /api/admin/tasks': 'operator',
  'get /api/admin/tasks/{id}': 'operator',
  'post /api/admin/tasks/{id}/decisions': 'operator',
  'post /api/admin/tasks/{id}/account': 'operator',
  'post /api/admin/orders/{number}/refund': 'operator',
  'get /api/admin/messages': 'operator',
  'get /api/admin/message-templates/{name}': 'operator',
  'get /api/prices/changes': 'operator',
  'post /api/prices/changes/{id}/revert': 'operator',
  'post /api/prices/preview': 'operator',
  'get /api/prices/{sku}': 'operator',
  'get /healthz': 'public',
  'get /readyz': 'public',
  'get /metrics': 'loopback',
  'get /art/{file}': 'public',
  'get /media/{path}': 'public',
  'get /api/openapi.json': 'public',
  'get /api/docs': 'public',
  'get /api/docs/reference.js': 'public',
  'get /api/docs/reference.css': 'public',
  'get /problems': 'public',
} as const

/** Addresses that answer what is no route: wrong methods, files, pages. They hold no work of their own. */
const CATCH_ALL = new Set(['/api/*', '*', '/*'])

const table = routeTable({}, APP_URL)

test('the table, the mounted routes and the OpenAPI document name the same routes', async () => {
  const declared = Object.keys(DECLARED).toSorted()
  expect(table.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(declared)

  const http = httpUnderTest()
  const spelled = new Map(table.map(({ path }) => [honoPath(path), path]))
  const mounted = http.routes.filter(
    ({ method, path }) => method !== 'ALL' || !(spelled.has(path) || CATCH_ALL.has(path)),
  )
  expect(
    mounted.map(({ method, path }) => `${method.toLowerCase()} ${spelled.get(path) ?? path}`).toSorted(),
  ).toEqual(declared)

  const document = JSON.parse(await (await http.request('/api/openapi.json')).text())
  const documented = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  )
  expect(documented.toSorted()).toEqual(declared)
})

test('every route has the access rule that was declared for it', () => {
  expect(Object.fromEntries(table.map(({ method, path, access }) => [`${method} ${path}`, access]))).toEqual(
    DECLARED,
  )
})

/** The recorded document; `RECORD_OPENAPI=1` writes it anew, then the formatter lays it out. */
const RECORD = new URL('openapi.snapshot.json', import.meta.url)

test('the OpenAPI document is the recorded one', async () => {
  const document: unknown = await (await httpUnderTest().request('/api/openapi.json')).json()
  if (process.env.RECORD_OPENAPI === '1') writeFileSync(RECORD, JSON.stringify(document, null, 2))
  expect(document).toEqual(JSON.parse(readFileSync(RECORD, 'utf8')))
})

const BODIES: Record<string, unknown> = {
  '/api/admin/tasks/{id}/decisions': { action: 'paid', values: { note: 'BCA' } },
  '/api/admin/shared-credentials': NEW_CREDENTIAL,
  '/api/admin/shared-credentials/{id}/rotate': { secret: 'baru' },
  '/api/admin/shared-credentials/{id}/end': { expiresAt: null },
  '/api/admin/shared-credentials/{id}/state': { state: 'PAUSED' },
  '/api/admin/orders/{number}/refund': { reason: 'broken' },
  '/api/admin/provider-accounts': { accounts: [PROVIDER_ACCOUNT] },
  '/api/admin/provider-accounts/{id}': { state: 'PAUSED' },
  '/api/prices/preview': { costs: [{ sku: 'ML-86', cost: 30_000 }] },
  '/api/sync/connections/{name}/schedule': { mode: 'full', everyMinutes: 60 },
  '/api/dead-letters/replay': { connection: 'feed' },
  '/api/admin/payment-methods/{method}': { enabled: false },
  '/api/sync/field-locks': { connection: 'feed', stream: 'products', externalId: 'P-7', field: 'name' },
}

function nameOf(template: string): string {
  if (template.startsWith('/api/exports')) return 'products'
  return template.startsWith('/api/admin/message-templates') ? 'order-paid' : 'feed'
}

function idOf(template: string): string {
  if (template.startsWith('/api/admin/tasks')) return TASK.id
  return template.startsWith('/api/admin/incidents') ? INCIDENT.id : RUN.runId
}

/** A request of the route that would succeed with the right credentials. */
function addressOf(name: string): { path: string; init: RequestInit } {
  const [method = '', template = ''] = name.split(' ')
  const path = template
    .replace('{slug}', 'mobile-legends')
    .replace('{token}', TOKEN)
    .replace('{id}', idOf(template))
    .replace('{number}', 'LP-7K2M9Q4XA0')
    .replace('{line}', '1')
    .replace('{name}', nameOf(template))
    .replace('{sku}', 'ML-86')
    .replace('{method}', 'midtrans')
    .replace('{file}', 'mobile-legends.svg')
  const query = name === 'post /api/services' ? '?action=sync' : ''
  const init: RequestInit = { method: method.toUpperCase() }
  if (template.includes('/stock/'))
    Object.assign(init, { body: 'a\nb', headers: { 'content-type': 'text/csv' } })
  const body = BODIES[template]
  if (body !== undefined && method !== 'get')
    Object.assign(init, { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
  return { path: path + query, init }
}

const guarded = Object.entries(DECLARED).filter(([, access]) => access !== 'public' && access !== 'webhook')

describe.each(guarded)('%s (%s)', (name, access) => {
  const { path, init } = addressOf(name)
  const ask = (headers: Record<string, string>, suffix = '') =>
    httpUnderTest().request(path + suffix, {
      ...init,
      headers: { ...(init.headers as Record<string, string>), ...headers },
    })
  const separator = path.includes('?') ? '&' : '?'

  test('lets the operator in', async () => {
    expect((await ask({ authorization: `Bearer ${ADMIN_TOKEN}` })).status).toBe(200)
  })

  test.each([
    ['nothing', {}],
    ['a wrong token', { authorization: 'Bearer wrong' }],
    ['an empty token', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: `Basic ${ADMIN_TOKEN}` }],
  ])('refuses %s', async (_what, headers) => {
    const response = await ask(headers)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
  })

  test('knows the cron key only where declared', async () => {
    const expected = access === 'cron' ? 200 : 401
    expect((await ask({ authorization: `Bearer ${CRON_KEY}` })).status).toBe(expected)
    expect((await ask({}, `${separator}key=${CRON_KEY}`)).status).toBe(expected)
    expect((await ask({}, `${separator}key=${ADMIN_TOKEN}`)).status).toBe(401)
  })

  test('is closed when no secret is configured', async () => {
    const http = httpUnderTest({ config: { adminToken: '', cronKey: null } })
    for (const authorization of ['Bearer ', 'Bearer undefined', 'Bearer null']) {
      expect((await http.request(path, { ...init, headers: { authorization } })).status).toBe(401)
    }
    expect((await http.request(`${path}${separator}key=`, init)).status).toBe(401)
  })
})

test('figures are for the machine itself, unless the request was forwarded', async () => {
  const server = await serverUnderTest()
  expect((await fetch(`${server.url}/metrics`)).status).toBe(200)
  expect((await fetch(`${server.url}/metrics`, { headers: { 'x-forwarded-for': '127.0.0.1' } })).status).toBe(
    401,
  )
  await server.close()
})

test('wrong tokens close the door after a while, right ones are not counted', async () => {
  const http = httpUnderTest({ config: { rateLimits: { wrongToken: { points: 3, seconds: 60 } } } })
  const ask = (token: string) => http.request('/api/runs', { headers: { authorization: `Bearer ${token}` } })
  for (let turn = 0; turn < 5; turn++) expect((await ask(ADMIN_TOKEN)).status).toBe(200)
  for (let turn = 0; turn < 3; turn++) expect((await ask('wrong')).status).toBe(401)
  const closed = await ask('wrong')
  expect(closed.status).toBe(429)
  expect(Number(closed.headers.get('retry-after'))).toBeGreaterThan(0)
})
