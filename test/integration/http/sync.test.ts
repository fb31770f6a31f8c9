import { describe, expect, test } from 'vitest'
import { err, ok } from '#shared/result.ts'
import type { App, SyncRefusal, SyncRequest } from '../../../src/app.ts'
import { PROBLEMS } from '../../../src/http/problems.ts'
import { ADMIN_TOKEN, APP_URL, CRON_KEY, httpUnderTest, post, readProblem } from './http-under-test.ts'
import { shopPort } from './shop-port.ts'
import { RUN } from './sync-port.ts'

const OPERATOR = { authorization: `Bearer ${ADMIN_TOKEN}` }

/** The HTTP side with these answers of synchronisation, for the operator. */
function ask(sync: Partial<App['sync']>, path: string, init: RequestInit = {}) {
  const headers = { ...OPERATOR, ...(init.headers as Record<string, string>) }
  return httpUnderTest({ app: shopPort({ sync }) }).request(path, { ...init, headers })
}

/** Notes what was asked for. */
function recording() {
  const requests: SyncRequest[] = []
  const run: App['sync']['run'] = async (request) => {
    requests.push(request)
    return ok(RUN)
  }
  return { requests, run }
}

describe('POST /api/sync-data', () => {
  test('shows how a time is written', async () => {
    const body = post({ from: '2026-11-01' })
    for (const [lang, words] of [
      ['id', 'Tulis waktu dengan zonanya'],
      ['en', 'Write a time with its zone'],
    ]) {
      const problem = await readProblem(await ask({}, `/api/sync-data?lang=${lang}`, body))
      expect(problem).toMatchObject({
        status: 400,
        errors: [{ pointer: '/from', code: 'pattern', detail: expect.stringContaining(words ?? '') }],
      })
    }
  })

  test('takes no body at all, from cron too', async () => {
    const { requests, run } = recording()
    expect((await ask({ run }, '/api/sync-data', { method: 'POST' })).status).toBe(200)
    const http = httpUnderTest({ app: shopPort({ sync: { run } }) })
    expect((await http.request(`/api/sync-data?key=${CRON_KEY}`, { method: 'POST' })).status).toBe(200)
    const asked = { connection: 'feed', trigger: 'manual', kind: 'live', mode: 'full' }
    expect(requests).toEqual([asked, asked])
  })

  test('hands on range, streams, dry run and plan', async () => {
    const { requests, run } = recording()
    const range = { from: '2026-11-01T00:00:00+07:00', to: '2026-11-02T00:00:00+07:00' }
    await ask({ run }, '/api/sync-data', post({ ...range, dryRun: true, streams: ['products'] }))
    await ask({ run }, '/api/sync-data', post({ planOf: RUN.runId }))
    expect(requests).toEqual([
      {
        connection: 'feed',
        trigger: 'manual',
        kind: 'dry',
        mode: 'range',
        from: new Date('2026-10-31T17:00:00Z'),
        to: new Date('2026-11-01T17:00:00Z'),
        streams: ['products'],
      },
      { connection: 'feed', trigger: 'manual', kind: 'live', mode: 'full', planOf: RUN.runId },
    ])
  })

  test.each([
    [{ dryrun: true }, '/dryrun'],
    [{ dryRun: 'yes' }, '/dryRun'],
    [{ from: 'yesterday' }, '/from'],
    [{ from: '2026-11-01' }, '/from'],
    [{ to: '2026-11-01T00:00:00Z' }, '/from'],
    [{ streams: [] }, '/streams'],
    [{ streams: ['../x'] }, '/streams/0'],
    [{ planOf: 'x' }, '/planOf'],
  ])('%j is refused', async (body, pointer) => {
    const response = await ask({}, '/api/sync-data', post(body))
    expect(response.status).toBe(400)
    expect((await readProblem(response)).errors?.[0]?.pointer).toBe(pointer)
  })

  test('a body that is no JSON is refused', async () => {
    const form = { method: 'POST', body: 'a=b', headers: { 'content-type': 'text/plain' } }
    expect((await ask({}, '/api/sync-data', form)).status).toBe(415)
  })

  test('a run that goes on is answered with where to look', async () => {
    const waits: number[] = []
    const run: App['sync']['run'] = async (_request, waitMs) => {
      waits.push(waitMs)
      return ok({ ...RUN, status: 'running', finishedAt: null })
    }
    const response = await ask({ run }, '/api/sync-data', { method: 'POST' })
    expect([response.status, response.headers.get('location')]).toEqual([202, `/api/runs/${RUN.runId}`])
    expect(waits).toEqual([25_000])
  })
})

test('the supplier catalogue is that of VIP-Reseller unless another is named', async () => {
  const { requests, run } = recording()
  await ask({ run }, '/api/services?action=sync', { method: 'POST' })
  await ask({ run }, '/api/services?action=sync&connection=digiflazz&dryRun=true', { method: 'POST' })
  expect(requests).toEqual([
    { connection: 'vip-reseller', trigger: 'manual', kind: 'live', mode: 'full' },
    { connection: 'digiflazz', trigger: 'manual', kind: 'dry', mode: 'full' },
  ])
})

const REFUSALS: SyncRefusal['code'][] = [
  'unknown_connection',
  'unknown_stream',
  'paused',
  'range_not_supported',
  'bad_range',
  'plan_unknown',
  'plan_not_finished',
]

test.each(REFUSALS)('%s is a problem in both languages', async (code) => {
  const run: App['sync']['run'] = async () => err({ code })
  const { status, title, titleEn } = PROBLEMS[code]
  for (const [lang, words] of [
    ['id', title],
    ['en', titleEn],
  ]) {
    const response = await ask({ run }, `/api/sync-data?lang=${lang}`, { method: 'POST' })
    const problem = await readProblem(response)
    expect([response.status, problem.code, problem.title]).toEqual([status, code, words])
    expect(problem.type).toBe(`${APP_URL}/problems#${code}`)
  }
})

describe('runs', () => {
  test('one is shown with where its streams stand', async () => {
    const response = await ask({}, `/api/runs/${RUN.runId}`)
    expect(await response.json()).toMatchObject({ mode: 'full', passes: [{ stream: 'products', pages: 1 }] })
    expect((await ask({}, `/api/runs/${RUN.runId.replace('7', '8')}`)).status).toBe(404)
    expect((await ask({}, '/api/runs/x')).status).toBe(404)
  })

  test('the list hands on its filters', async () => {
    const queries: unknown[] = []
    const listRuns: App['sync']['listRuns'] = async (query) => {
      queries.push(query)
      return { runs: [], nextCursor: null }
    }
    await ask({ listRuns }, `/api/runs?connection=feed&stream=products&limit=5&cursor=${RUN.runId}`)
    expect(queries).toEqual([{ connection: 'feed', stream: 'products', limit: 5, cursor: RUN.runId }])
  })

  test.each(['/api/runs', '/api/dead-letters', '/api/db-products', '/api/db-resellers'])(
    'a made-up cursor of %s is refused instead of beginning anew',
    async (path) => {
      const response = await ask({}, `${path}?cursor=abc`)
      expect(response.status).toBe(400)
      expect((await readProblem(response)).errors?.[0]?.pointer).toBe('/query/cursor')
    },
  )

  test('changes of an unknown run are not an empty list', async () => {
    const known = await ask({}, `/api/runs/${RUN.runId}/changes`)
    expect(await known.json()).toMatchObject({ changes: [{ op: 'create' }, { op: 'update' }] })
    expect((await ask({}, `/api/runs/${RUN.runId.replace('7', '8')}/changes`)).status).toBe(404)
  })

  test('a made-up cursor of changes is refused as well', async () => {
    const listChanges: App['sync']['listChanges'] = async () => undefined
    const response = await ask({ listChanges }, `/api/runs/${RUN.runId}/changes?cursor=abc`)
    expect(response.status).toBe(400)
    expect((await readProblem(response)).errors?.[0]).toMatchObject({
      pointer: '/query/cursor',
      code: 'cursor_unknown',
    })
  })

  test.each([
    ['cancel', 'already_over', 'run_over', 409],
    ['cancel', 'not_found', 'not_found', 404],
    ['approve', 'nothing_to_approve', 'nothing_to_approve', 409],
    ['approve', 'not_found', 'not_found', 404],
  ] as const)('%s: %s is %s', async (word, refusal, code, status) => {
    const sync = { [word]: async () => err({ code: refusal }) }
    const response = await ask(sync, `/api/runs/${RUN.runId}/${word}`, { method: 'POST' })
    expect([response.status, (await readProblem(response)).code]).toEqual([status, code])
  })
})

describe('connections', () => {
  test('pause and resume say who did it', async () => {
    const calls: unknown[] = []
    const setPaused: App['sync']['setPaused'] = async (...call) => {
      calls.push(call)
      return ok(undefined)
    }
    await ask({ setPaused }, '/api/sync/connections/feed/pause', { method: 'POST' })
    await ask({ setPaused }, '/api/sync/connections/feed/resume', { method: 'POST' })
    expect(calls).toEqual([
      ['feed', true, 'api:operator'],
      ['feed', false, 'api:operator'],
    ])
    const unknown = await ask({}, '/api/sync/connections/nobody/pause', { method: 'POST' })
    expect([unknown.status, (await readProblem(unknown)).code]).toEqual([404, 'unknown_connection'])
  })

  test.each([0, 1.5, 44_641, 'x', undefined])('every %s minutes is refused', async (everyMinutes) => {
    const init = { ...post({ mode: 'full', everyMinutes }), method: 'PUT' }
    expect((await ask({}, '/api/sync/connections/feed/schedule', init)).status).toBe(400)
  })

  test('a schedule is changed and switched off', async () => {
    const put = (body: unknown) =>
      ask({}, '/api/sync/connections/feed/schedule', { ...post(body), method: 'PUT' })
    expect(await (await put({ mode: 'changes', everyMinutes: 15 })).json()).toEqual({
      name: 'feed',
      mode: 'changes',
      everyMinutes: 15,
    })
    expect((await put({ mode: 'full', everyMinutes: null })).status).toBe(200)
  })
})

describe('dead letters and locks', () => {
  test('a replay is a run', async () => {
    const { requests, run } = recording()
    await ask({ run }, '/api/dead-letters/replay', post({ connection: 'feed', stream: 'products' }))
    expect(requests).toEqual([
      { connection: 'feed', streams: ['products'], trigger: 'replay', kind: 'live', mode: 'replay' },
    ])
  })

  test('a letter that is gone cannot be discarded', async () => {
    const discardDeadLetter: App['sync']['discardDeadLetter'] = async () => err({ code: 'not_found' })
    const path = `/api/dead-letters/${RUN.runId}/discard`
    expect((await ask({ discardDeadLetter }, path, { method: 'POST' })).status).toBe(404)
    expect((await ask({}, path, { method: 'POST' })).status).toBe(200)
  })

  test('a lock is set and taken away', async () => {
    const calls: unknown[] = []
    const setFieldLock: App['sync']['setFieldLock'] = async (lock, locked, by) => {
      calls.push([lock.field, locked, by])
      return lock.field === 'name' ? ok(undefined) : err({ code: 'unknown_field' })
    }
    const send = (method: string, field: string) => {
      const lock = { connection: 'feed', stream: 'products', externalId: 'P-7', field }
      return ask({ setFieldLock }, '/api/sync/field-locks', { ...post(lock), method })
    }
    expect((await send('PUT', 'name')).status).toBe(200)
    expect((await send('DELETE', 'name')).status).toBe(200)
    expect((await readProblem(await send('PUT', 'colour'))).code).toBe('field_unknown')
    expect(calls).toEqual([
      ['name', true, 'api:operator'],
      ['name', false, 'api:operator'],
      ['colour', true, 'api:operator'],
    ])
  })
})

test('products and resellers of the feed come page by page', async () => {
  const products = await ask({}, '/api/db-products?limit=1')
  expect(await products.json()).toMatchObject({ products: [{ externalId: 'P-7' }], nextCursor: null })
  const resellers = await ask({}, '/api/db-resellers')
  expect(await resellers.json()).toMatchObject({ resellers: [{ externalId: 'R-1' }], nextCursor: null })
  expect((await ask({}, '/api/db-products?limit=101')).status).toBe(400)
})
