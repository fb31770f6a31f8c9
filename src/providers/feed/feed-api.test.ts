import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFeedApi, type FeedApi } from './feed-api.ts'

const server = createServer((request, response) => {
  const status = Number(new URL(request.url ?? '/', 'http://feed').searchParams.get('cursor') ?? 404)
  response.writeHead(status, { 'content-type': 'application/json' }).end('{"message":"no such page"}')
})
let api: FeedApi

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  api = createFeedApi({ apiUrl: `http://127.0.0.1:${port}`, token: 'any' })
})

afterAll(() => void server.close())

function ask(position: string | null): ReturnType<FeedApi['fetchPage']> {
  const { signal } = new AbortController()
  return api.fetchPage('/list', { mode: 'full', from: null, to: new Date(0), position, signal })
}

test.each([400, 404, 410, 422])(
  'a page token answered with %d is lost, so that the list begins again',
  async (status) => {
    expect(await ask(`cursor:${status}`)).toMatchObject({ error: { code: 'position_lost' } })
  },
)

test('a first page that is not there is an answer nobody understands', async () => {
  expect(await ask(null)).toMatchObject({ error: { code: 'malformed' } })
})
