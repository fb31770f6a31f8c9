import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Most tests wait for a database or another process; one at a time would leave the second of two cores idle. */
const FEWEST_WORKERS = 2

export default defineConfig({
  test: {
    include: ['{src,sandboxes,web,tools}/**/*.test.{ts,tsx}', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/e2e/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: Math.max(FEWEST_WORKERS, availableParallelism() - 1),
    allowOnly: false,
  },
})
