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
  // A delivery takes the simulated supplier 1.5 s, and several seconds on two busy cores.
  expect: { timeout: 15_000 },
  forbidOnly: true,
  timeout: 60_000,
  globalTimeout: 480_000,
  use: {
    baseURL: url,
    locale: 'id-ID',
    timezoneId: 'Asia/Jakarta',
    trace: { mode: 'retain-on-failure', screenshots: false, sources: false },
    screenshot: 'only-on-failure',
    // Chromium refuses its sandbox to root, who runs it in containers.
    launchOptions: { executablePath: browser, args: ['--no-sandbox', '--disable-dev-shm-usage'] },
  },
  projects: [
    { name: 'phone', use: { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true } },
    { name: 'desktop', grep: /@desktop/, use: { viewport: { width: 1440, height: 900 } } },
  ],
  webServer: {
    command: 'node tools/start.mjs',
    reuseExistingServer: process.env['LAPAK_E2E_REUSE'] === '1',
    url: `${url}/readyz`,
    timeout: 120_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 15_000 },
    env: {
      LAPAK_DATA: process.env['LAPAK_DATA'] || '.lapak/e2e',
      PORT: port,
      SANDBOX_PORT: sandboxPort,
      // One machine buys here more often in a minute than any real buyer may.
      LAPAK_RATE_LIMITS: 'off',
    },
  },
})
