import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres.ts'

/** A PostgreSQL of its own for one run, gone afterwards. */
export type TestCluster = { url: string; stop(): Promise<void> }

/** Several test files at once, each with the pools of a few processes. */
const CONNECTIONS = '400'

/** Starts a cluster in a temporary folder. `durable` keeps fsync on, as measurements need it. */
export async function startTestCluster(durable: boolean): Promise<TestCluster> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lapak-cluster-'))
  // As root the server runs under another account, which must be able to come here.
  await chmod(folder, 0o755)
  // The vacuum would be at work in databases that tests drop, which nobody but a superuser may interrupt.
  const quick = { fsync: 'off', full_page_writes: 'off', autovacuum: 'off' }
  const server = await startEmbeddedPostgres({
    dataDir: folder,
    settings: { max_connections: CONNECTIONS, ...(durable ? {} : quick) },
  })
  return {
    url: server.url,
    async stop() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
