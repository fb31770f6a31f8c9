import { describe, expect, test } from 'vitest'
import { TASK } from './exits-port.ts'
import { ADMIN_TOKEN, httpUnderTest, post } from './http-under-test.ts'
import { TOKEN } from './shop-port.ts'

const http = httpUnderTest()
const OPERATOR = { authorization: `Bearer ${ADMIN_TOKEN}` }

async function codeOf(response: Response): Promise<[status: number, code: unknown]> {
  const body = (await response.json()) as { code?: string }
  return [response.status, body.code]
}

const ask = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  http.request(path, post(body, headers))

describe('a buyer', () => {
  const input = { input: { user_id: '12345678', zone_id: '2001' } }

  test('corrects a line', async () => {
    const response = await ask(`/api/track/${TOKEN}/lines/1/input`, input)
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ status: 'PROCESSING' })
  })

  test.each([
    ['a stranger’s token', `/api/track/${'B'.repeat(27)}/lines/1/input`, input, 404, 'not_found'],
    ['no such line', `/api/track/${TOKEN}/lines/0/input`, input, 404, 'not_found'],
    ['a line that does not wait', `/api/track/${TOKEN}/lines/2/input`, input, 409, 'not_correctable'],
    ['a mistake in a field', `/api/track/${TOKEN}/lines/1/input`, { input: {} }, 400, 'invalid_request'],
    ['no input at all', `/api/track/${TOKEN}/lines/1/input`, {}, 400, 'invalid_request'],
    ['something else', `/api/track/${TOKEN}/lines/1/input`, { ...input, price: 1 }, 400, 'invalid_request'],
    [
      'too much',
      `/api/track/${TOKEN}/lines/1/input`,
      { input: { user_id: '1'.repeat(9_000) } },
      400,
      'invalid_request',
    ],
  ])('is told about %s', async (_, path, body, status, code) => {
    expect(await codeOf(await ask(path, body))).toEqual([status, code])
  })

  test('declines, and is told when there is nothing to decline', async () => {
    expect((await ask(`/api/track/${TOKEN}/lines/1/decline`, {})).status).toBe(200)
    expect(await codeOf(await ask(`/api/track/${TOKEN}/lines/2/decline`, {}))).toEqual([
      409,
      'not_correctable',
    ])
  })

  test('names an account, and is told when none is needed', async () => {
    const account = { bank: 'BCA', number: '1234567890', holder: 'Sari Dewi' }
    const path = `/api/track/${TOKEN}/refund-account`
    expect((await ask(path, account)).status).toBe(200)
    expect(await codeOf(await ask(path, { ...account, bank: '' }))).toEqual([
      409,
      'refund_account_not_needed',
    ])
    expect(await codeOf(await ask(path, { bank: 'BCA' }))).toEqual([400, 'invalid_request'])
  })
})

describe('an operator', () => {
  const task = `/api/admin/tasks/${TASK.id}`

  test('lists tasks, looks at one, and is told of an unknown one', async () => {
    const list = await http.request('/api/admin/tasks?limit=10', { headers: OPERATOR })
    expect(await list.json()).toEqual({ tasks: [TASK], nextCursor: null })
    const one = await http.request(task, { headers: OPERATOR })
    expect(await one.json()).toEqual(TASK)
    const other = TASK.id.replace(/^refund_manual/, 'overdue')
    expect(await codeOf(await http.request(`/api/admin/tasks/${other}`, { headers: OPERATOR }))).toEqual([
      404,
      'not_found',
    ])
  })

  test.each([
    ['paid', { note: 'BCA 21/11' }, 200, undefined],
    ['paid', {}, 400, 'invalid_request'],
    ['delivered', {}, 409, 'not_allowed'],
  ])('decides %s with %j', async (action, values, status, code) => {
    const answer = await ask(`${task}/decisions`, { action, values }, OPERATOR)
    expect(await codeOf(answer)).toEqual([status, code])
  })

  test('sees where a refund goes', async () => {
    const answer = await ask(`${task}/account`, {}, OPERATOR)
    expect(await answer.json()).toEqual({ bank: 'BCA', number: '1234567890', holder: 'Sari Dewi' })
  })

  test('gives money back, not more than there is, and says why', async () => {
    const refund = (body: unknown) => ask('/api/admin/orders/LP-7K2M9Q4XA0/refund', body, OPERATOR)
    expect(await (await refund({ amount: 5_000, reason: 'rusak' })).json()).toEqual({ amount: 5_000 })
    expect(await codeOf(await refund({ amount: 30_000, reason: 'rusak' }))).toEqual([409, 'not_allowed'])
    expect(await codeOf(await refund({ amount: 5_000 }))).toEqual([400, 'invalid_request'])
  })

  test('is asked for the token everywhere', async () => {
    const answers = await Promise.all([
      http.request('/api/admin/tasks'),
      http.request(task),
      ask(`${task}/decisions`, { action: 'paid' }),
      ask(`${task}/account`, {}),
      ask('/api/admin/orders/LP-7K2M9Q4XA0/refund', { reason: 'x' }),
    ])
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401])
  })
})
