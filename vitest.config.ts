import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{src,sandboxes,web,tools}/**/*.test.{ts,tsx}', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/e2e/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    allowOnly: false,
  },
})
