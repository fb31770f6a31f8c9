import type { ShopTiming } from '../../src/jobs/shop.ts'
import { startLapak } from '../../src/main.ts'
import { parseConfig, Secret, withDatabase } from '../../src/platform/config.ts'
import { createLog } from '../../src/platform/log.ts'

/**
 * One process of a shop, as tests start, kill and stop it: configured by the environment alone. Tells its parent
 * where it answers, ends cleanly on SIGTERM, and never outlives its parent.
 */
async function run(): Promise<void> {
  const parsed = parseConfig({ ...process.env })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  const { database } = parsed.value
  if (database === null) throw new Error('DATABASE_URL is not set')
  const config = withDatabase(parsed.value, {
    url: new Secret(database.url.reveal()),
    directUrl: database.directUrl,
  })
  const timing = JSON.parse(process.env['LAPAK_TEST_TIMING'] ?? '{}') as ShopTiming
  const running = await startLapak({ config, role: config.role, log: createLog(config.logLevel), timing })
  process.once('SIGTERM', () => {
    running.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  })
  process.once('disconnect', () => process.exit(2))
  process.send?.({ url: running.url })
}

await run()
