import { expect, test } from 'vitest'
import { ADMIN_TOKEN, httpUnderTest } from './http-under-test.ts'
import { INCIDENT } from './messages-port.ts'

const AS_OPERATOR = { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } }
const PATH = '/api/admin/incidents'

test('troubles are listed for operators only', async () => {
  const listed = await httpUnderTest().request(PATH, AS_OPERATOR)
  expect([listed.status, await listed.json()]).toEqual([200, { incidents: [INCIDENT] }])
  expect((await httpUnderTest().request(PATH)).status).toBe(401)
})

test('one is taken care of, twice the same; unknown ones are not', async () => {
  const acknowledge = (id: string) =>
    httpUnderTest().request(`${PATH}/${id}/acknowledge`, { ...AS_OPERATOR, method: 'POST' })
  for (let turn = 0; turn < 2; turn += 1) {
    const noted = await acknowledge(INCIDENT.id)
    expect([noted.status, await noted.json()]).toEqual([200, { id: INCIDENT.id, acknowledged: true }])
  }
  expect((await acknowledge('01900000-0000-7000-8000-000000000000')).status).toBe(404)
  expect((await acknowledge('bukan-id')).status).toBe(404)
})
