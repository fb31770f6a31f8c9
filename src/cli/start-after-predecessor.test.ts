import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  EmbeddedPostgresInUse,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '#platform/embedded-postgres.ts'
import { startAfterPredecessor } from './start-after-predecessor.ts'

let dataDir: string
let holder: EmbeddedPostgres
let shop: Server

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'lapak-start-'))
  // As root the server runs under another account, which must be able to come here.
  await chmod(dataDir, 0o755)
  holder = await startEmbeddedPostgres({ dataDir })
  shop = createServer((_, response) => response.end('{}')).listen(0, '127.0.0.1')
  await once(shop, 'listening')
})
afterAll(async () => {
  await holder.stop()
  await rm(dataDir, { recursive: true, force: true })
})

function portOfShop(): number {
  const address = shop.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

test('a second start beside a shop that answers says so within two seconds', async () => {
  const startedAt = performance.now()
  await expect(startAfterPredecessor({ dataDir }, portOfShop())).rejects.toThrow(EmbeddedPostgresInUse)
  expect(performance.now() - startedAt).toBeLessThan(2_000)
})

test('a second start beside one that is stopping waits for it', async () => {
  const port = portOfShop()
  shop.close()
  shop.closeAllConnections()
  await once(shop, 'close')
  const second = startAfterPredecessor({ dataDir }, port)
  await holder.stop()
  holder = await second
  expect(holder.pid).toBeGreaterThan(0)
})
