import type { Log } from '#platform/log.ts'

/**
 * A wake-up that many callers may ask for at once: while one is being sent the rest become a single further one.
 * Losing it is harmless, because schedules look by themselves.
 */
export function coalesce(send: () => Promise<unknown>, log: Log): () => void {
  let sending = false
  let again = false

  async function run(): Promise<void> {
    sending = true
    try {
      do {
        again = false
        await send()
      } while (again)
    } catch (error) {
      log.warn({ err: error }, 'wake-up not sent')
    } finally {
      sending = false
    }
  }
  return () => {
    if (sending) again = true
    else void run()
  }
}
