import { EmbeddedPostgresInUse, startEmbeddedPostgres } from '#platform/embedded-postgres.ts'
import { complain } from './command.ts'
import { isLapakAt } from './probe.ts'
import { savedOrigin } from './project-config.ts'

/** A predecessor whose terminal was closed needs this long at most to stop by itself. */
const PREDECESSOR_TRIES = 40
const PREDECESSOR_WAIT_MS = 250
/** A shop that is asked to stop closes its address at once; one that still answers after this is not stopping. */
const HEALTHY_LOOKS = 3

/**
 * Starts the embedded server, giving a predecessor that is just stopping the time it needs. Throws
 * `EmbeddedPostgresInUse` within about a second when the other one goes on answering at its address.
 */
export async function startAfterPredecessor(
  options: Parameters<typeof startEmbeddedPostgres>[0],
  port: number,
): ReturnType<typeof startEmbeddedPostgres> {
  let healthy = 0
  for (let tries = 1; ; tries += 1) {
    try {
      return await startEmbeddedPostgres(options)
    } catch (error) {
      if (!(error instanceof EmbeddedPostgresInUse) || tries >= PREDECESSOR_TRIES) throw error
      healthy = (await isLapakAt(savedOrigin(options.dataDir) ?? `http://localhost:${port}`))
        ? healthy + 1
        : 0
      if (healthy >= HEALTHY_LOOKS) throw error
      if (tries === 1)
        complain('• Menunggu Lapak yang lain berhenti … / waiting for another Lapak of this folder to stop …')
      await new Promise((resolve) => setTimeout(resolve, PREDECESSOR_WAIT_MS))
    }
  }
}
