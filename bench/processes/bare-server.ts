import { createHash } from 'node:crypto'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import pg from 'pg'
import { newId } from '../../src/platform/ids.ts'
import { serveParent } from '../support/child.ts'

/** Connections of the shop's own pool. */
const CONNECTIONS = 16

/** The role of the shop's requests, so that row security is the same. */
const pool = new pg.Pool({
  connectionString: process.env['DATABASE_URL'],
  max: CONNECTIONS,
  options: '-c role=lapak_web',
})
const app = new Hono()
let kept: { bytes: Uint8Array<ArrayBuffer>; contentType: string } = {
  bytes: new Uint8Array(),
  contentType: 'text/plain',
}
let statement = { name: '', text: '' }
let inserted = 0

function answer(): Response {
  return new Response(kept.bytes, { headers: { 'content-type': kept.contentType } })
}

app.get('/bytes', answer)
app.get('/query', async (c) => {
  const values = JSON.parse(c.req.query('values') ?? '[]') as unknown[]
  await pool.query({ ...statement, values })
  return answer()
})
app.post('/insert', async (c) => {
  const body = Buffer.from(await c.req.arrayBuffer())
  inserted += 1
  await pool.query({
    name: 'insert',
    text: `insert into webhook_inbox (id, provider, dedupe_key, body, reference) values ($1, $2, $3, $4, $5)`,
    values: [newId(), 'bare', createHash('sha256').update(body).digest(), body, 'LP-0000000000-1'],
  })
  return c.json({ status: true })
})

const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  serveParent(
    `http://127.0.0.1:${port}`,
    {
      keep(next: typeof kept) {
        kept = next
      },
      prepare(next: typeof statement) {
        statement = next
      },
      inserted: () => inserted,
    },
    async () => {
      server.close()
      await pool.end()
    },
  )
})
