import { readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Config } from '@react-router/dev/config'

export default {
  appDirectory: 'web',
  buildDirectory: 'build',
  ssr: true,
  // Pages are documents: nothing asks for a route manifest at run time.
  routeDiscovery: { mode: 'initial' },
  // Pages are not hydrated: of the browser build only the enhancement script is ever asked for.
  async buildEnd({ reactRouterConfig }) {
    const assets = path.join(reactRouterConfig.buildDirectory, 'client', 'assets')
    const unused = (await readdir(assets)).filter(
      (name) => name.endsWith('.js') && !name.startsWith('enhance-'),
    )
    await Promise.all(unused.map((name) => rm(path.join(assets, name))))
  },
} satisfies Config
