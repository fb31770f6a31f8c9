import { expect, test } from 'vitest'
import { err } from '#shared/result.ts'
import type { App } from '../../../src/app.ts'
import { ADMIN_TOKEN, httpUnderTest } from './http-under-test.ts'
import { CREDENTIAL, NEW_CREDENTIAL } from './shared-stock-port.ts'
import { shopPort } from './shop-port.ts'

const authorization = `Bearer ${ADMIN_TOKEN}`
const PATH = '/api/admin/shared-credentials'
const STRANGER = '01900000-0000-7000-8000-000000000000'

function send(path: string, body: unknown, sharedStock: Partial<App['sharedStock']> = {}) {
  return httpUnderTest({ app: shopPort({ sharedStock }) }).request(path, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

test('accounts are listed, all or of one SKU', async () => {
  const list = async (query: string) => {
    const listed = await httpUnderTest().request(PATH + query, { headers: { authorization } })
    return [listed.status, await listed.json()]
  }
  expect(await list('')).toEqual([200, { credentials: [CREDENTIAL] }])
  expect(await list('?sku=LAIN')).toEqual([200, { credentials: [] }])
  expect((await list('?sku=%27'))[0]).toBe(400)
})

test('an account is added; no answer repeats its secret', async () => {
  const added = await send(PATH, NEW_CREDENTIAL)
  expect([added.status, await added.clone().json()]).toEqual([200, CREDENTIAL])
  const wrong = await Promise.all([
    send(PATH, { ...NEW_CREDENTIAL, seats: 0 }),
    send(PATH, { ...NEW_CREDENTIAL, rahasia: NEW_CREDENTIAL.secret }),
    send(PATH, { ...NEW_CREDENTIAL, expiresAt: '2027-01-31' }),
    send(PATH, NEW_CREDENTIAL, { add: async () => err({ code: 'invalid_request' }) }),
    send(PATH, NEW_CREDENTIAL, { add: async () => err({ code: 'end_invalid' }) }),
  ])
  expect(wrong.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400])
  const texts = await Promise.all([added, ...wrong].map((answer) => answer.text()))
  expect(texts.join()).not.toContain(NEW_CREDENTIAL.secret)
  expect((await send(PATH, { ...NEW_CREDENTIAL, sku: 'LAIN' })).status).toBe(404)
  expect((await send(PATH, NEW_CREDENTIAL, { add: async () => err({ code: 'not_shared' }) })).status).toBe(
    409,
  )
})

test.each([
  ['rotate', { secret: 'baru' }, { id: CREDENTIAL.id, told: 1 }, { secret: '' }],
  [
    'end',
    { expiresAt: '2030-01-31T16:59:59Z' },
    { id: CREDENTIAL.id, expiresAt: '2030-01-31T16:59:59Z', outlasting: 2 },
    { expiresAt: 'besok' },
  ],
  ['end', { expiresAt: null }, { id: CREDENTIAL.id, expiresAt: null, outlasting: 2 }, {}],
  ['state', { state: 'PAUSED' }, { id: CREDENTIAL.id, state: 'PAUSED' }, { state: 'SOLD' }],
])('%s answers what was done, twice the same, and knows no strangers', async (word, body, done, wrong) => {
  for (let turn = 0; turn < 2; turn += 1) {
    const answer = await send(`${PATH}/${CREDENTIAL.id}/${word}`, body)
    expect([answer.status, await answer.json()]).toEqual([200, done])
  }
  expect((await send(`${PATH}/${STRANGER}/${word}`, body)).status).toBe(404)
  expect((await send(`${PATH}/bukan-id/${word}`, body)).status).toBe(404)
  expect((await send(`${PATH}/${CREDENTIAL.id}/${word}`, wrong)).status).toBe(400)
})

test('what the use cases refuse is said', async () => {
  const refuse = async () => err({ code: 'invalid_request' } as const)
  const rotated = await send(`${PATH}/${CREDENTIAL.id}/rotate`, { secret: 'sama' }, { rotate: refuse })
  expect([rotated.status, await rotated.text()]).toEqual([400, expect.stringContaining('/secret')])
  const ended = await send(
    `${PATH}/${CREDENTIAL.id}/end`,
    { expiresAt: '2020-01-01T00:00:00Z' },
    { setEnd: refuse },
  )
  expect([ended.status, await ended.text()]).toEqual([400, expect.stringContaining('/expiresAt')])
})

test('a body that is too big is refused before it is read', async () => {
  const huge = { ...NEW_CREDENTIAL, label: 'a'.repeat(70_000) }
  expect((await send(PATH, huge)).status).toBe(413)
  expect((await send(PATH, { ...NEW_CREDENTIAL, secret: 'a'.repeat(4_001) })).status).toBe(400)
})
