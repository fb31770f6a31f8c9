import { defineConfig } from '@playwright/test'

/** `npm test` chooses free ports, an empty data folder and the browser; by hand these defaults serve. */
const port = process.env['LAPAK_E2E_PORT'] ?? '3900'
const sandboxPort = process.env['LAPAK_E2E_SANDBOX_PORT'] ?? '4900'
const browser = process.env['LAPAK_E2E_BROWSER'] ?? '/usr/bin/chromium'
const url = `http://localhost:${port}`

export default defineConfig({
  testDir: 'test/e2e',
  testMatch: '**/*.test.ts',
  outputDir: 'test-results/e2e',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 30_000,
  globalTimeout: 300_000,
  use: {
    baseURL: url,
    locale: 'id-ID',
    timezoneId: 'Asia/Jakarta',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: browser },
  },
  webServer: {
    command: 'node tools/start.mjs',
    url: `${url}/readyz`,
    timeout: 120_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 15_000 },
    env: {
      LAPAK_DATA: process.env['LAPAK_DATA'] || '.lapak/e2e',
      PORT: port,
      SANDBOX_PORT: sandboxPort,
    },
  },
})
