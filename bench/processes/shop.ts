import { startLapak } from '../../src/main.ts'
import { describeMistakes } from '../../src/platform/config-variables.ts'
import { parseConfig, readEnv, withDatabase } from '../../src/platform/config.ts'
import { createLog } from '../../src/platform/log.ts'
import { serveParent } from '../support/child.ts'

const parsed = parseConfig(readEnv())
if (!parsed.ok) throw new Error(describeMistakes(parsed.error))
if (parsed.value.database === null) throw new Error('DATABASE_URL is missing')
const config = withDatabase(parsed.value, parsed.value.database)
const lapak = await startLapak({ config, role: config.role, log: createLog(config.logLevel) })

serveParent(
  lapak.url,
  {
    usage() {
      const { user, system } = process.cpuUsage()
      return { rssBytes: process.memoryUsage.rss(), cpuMicroseconds: user + system }
    },
  },
  () => lapak.stop(),
)
