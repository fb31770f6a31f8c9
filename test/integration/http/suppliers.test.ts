import { expect, test } from 'vitest'
import { err } from '#shared/result.ts'
import { ADMIN_TOKEN, httpUnderTest } from './http-under-test.ts'
import { shopPort } from './shop-port.ts'
import { SUPPLIER } from './suppliers-port.ts'

const AS_OPERATOR = { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } }

test('suppliers are listed for operators only', async () => {
  const http = httpUnderTest()
  const listed = await http.request('/api/admin/suppliers', AS_OPERATOR)
  expect([listed.status, await listed.json()]).toEqual([200, { suppliers: [SUPPLIER] }])
  expect((await http.request('/api/admin/suppliers')).status).toBe(401)
})

test.each(['pause', 'resume'])(
  '%s answers what was done, twice the same, and knows no strangers',
  async (word) => {
    const http = httpUnderTest()
    const send = (id: string) =>
      http.request(`/api/admin/suppliers/${id}/${word}`, { ...AS_OPERATOR, method: 'POST' })
    const done = { id: 'digiflazz', ...(word === 'pause' ? { paused: true } : { resumed: 3 }) }
    for (const answer of [await send('digiflazz'), await send('digiflazz')])
      expect([answer.status, await answer.json()]).toEqual([200, done])
    expect((await send('nobody')).status).toBe(404)
    const stranger = await http.request(`/api/admin/suppliers/digiflazz/${word}`, { method: 'POST' })
    expect(stranger.status).toBe(401)
  },
)

test('a supplier that does not answer is not resumed', async () => {
  const resume = async () => err({ code: 'unreachable' } as const)
  const http = httpUnderTest({ app: shopPort({ suppliers: { resume } }) })
  const answer = await http.request('/api/admin/suppliers/digiflazz/resume', {
    ...AS_OPERATOR,
    method: 'POST',
  })
  expect(answer.status).toBe(503)
})
