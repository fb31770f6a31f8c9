import type { Config } from '@react-router/dev/config'

export default {
  appDirectory: 'web',
  buildDirectory: 'build',
  ssr: true,
  // Pages are documents: nothing asks for a route manifest at run time.
  routeDiscovery: { mode: 'initial' },
} satisfies Config
