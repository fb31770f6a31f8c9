import { expect, test } from 'vitest'
import { ADMIN_TOKEN, httpUnderTest } from './http-under-test.ts'
import { ACCOUNT_ID, PROVIDER_ACCOUNT } from './invites-port.ts'

const authorization = `Bearer ${ADMIN_TOKEN}`
const PATH = '/api/admin/provider-accounts'
function send(
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = { authorization },
) {
  return httpUnderTest().request(path, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

test('accounts are listed for operators only, and without credentials', async () => {
  const listed = await httpUnderTest().request(PATH, { headers: { authorization } })
  expect(listed.status).toBe(200)
  const text = await listed.text()
  expect(text).toContain('ws-1')
  expect(text).not.toMatch(/credential"|secret/)
  expect((await httpUnderTest().request(PATH)).status).toBe(401)
})

test('an import answers what was done, refuses what it cannot use, and never repeats a credential', async () => {
  const done = await send('POST', PATH, { accounts: [PROVIDER_ACCOUNT] })
  expect([done.status, await done.json()]).toEqual([200, { added: 1, changed: 0 }])
  const foreign = await send('POST', PATH, { accounts: [{ ...PROVIDER_ACCOUNT, provider: 'nobody' }] })
  expect(foreign.status).toBe(400)
  expect(await foreign.text()).not.toContain('a-secret')
  const wrong = await send('POST', PATH, { accounts: [{ ...PROVIDER_ACCOUNT, seats: 0 }] })
  expect(wrong.status).toBe(400)
  expect(await wrong.text()).not.toContain('a-secret')
  expect((await send('POST', PATH, { accounts: [PROVIDER_ACCOUNT] }, {})).status).toBe(401)
})

test('an account is paused, twice the same; strangers and unknown states are refused', async () => {
  for (let turn = 0; turn < 2; turn += 1) {
    const paused = await send('PATCH', `${PATH}/${ACCOUNT_ID}`, { state: 'PAUSED' })
    expect([paused.status, await paused.json()]).toEqual([200, { id: ACCOUNT_ID, state: 'PAUSED' }])
  }
  const unknown = '01900000-0000-7000-8000-000000000000'
  expect((await send('PATCH', `${PATH}/${unknown}`, { state: 'PAUSED' })).status).toBe(404)
  expect((await send('PATCH', `${PATH}/${ACCOUNT_ID}`, { state: 'BANNED' })).status).toBe(400)
  expect((await send('PATCH', `${PATH}/${ACCOUNT_ID}`, { state: 'PAUSED' }, {})).status).toBe(401)
})
