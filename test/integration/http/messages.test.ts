import { expect, test } from 'vitest'
import { ADMIN_TOKEN, httpUnderTest } from './http-under-test.ts'
import { MESSAGE } from './messages-port.ts'

const AS_OPERATOR = { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } }

test('the log is for operators, pages and asks for one order', async () => {
  const http = httpUnderTest()
  const all = await http.request('/api/admin/messages', AS_OPERATOR)
  expect([all.status, await all.json()]).toEqual([200, { messages: [MESSAGE], nextCursor: null }])
  const one = await http.request('/api/admin/messages?order=LP-0000000000', AS_OPERATOR)
  expect(await one.json()).toEqual({ messages: [], nextCursor: null })
  for (const query of ['order=x', 'limit=0', 'cursor=1'])
    expect((await http.request(`/api/admin/messages?${query}`, AS_OPERATOR)).status).toBe(400)
  expect((await http.request('/api/admin/messages')).status).toBe(401)
})

test('a template is shown in either language and form', async () => {
  const http = httpUnderTest()
  const path = '/api/admin/message-templates/order-paid'
  const json = await http.request(`${path}?locale=en`, AS_OPERATOR)
  expect(await json.json()).toMatchObject({ subject: 'Payment received: LP-7K2M9Q4XA0' })
  const html = await http.request(`${path}?format=html`, AS_OPERATOR)
  expect(html.headers.get('content-type')).toContain('text/html')
  expect(await html.text()).toContain('<html lang="id">')
})

test('a stranger sees no template, and a template that is none is not found', async () => {
  const http = httpUnderTest()
  expect((await http.request('/api/admin/message-templates/order-paid')).status).toBe(401)
  for (const name of ['nothing', 'constructor', 'order-paid-twice'])
    expect((await http.request(`/api/admin/message-templates/${name}`, AS_OPERATOR)).status).toBe(404)
  const bad = await http.request('/api/admin/message-templates/order-paid?locale=fr', AS_OPERATOR)
  expect(bad.status).toBe(400)
})
