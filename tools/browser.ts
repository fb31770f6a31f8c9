import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'

/** Where Chromium and Chrome usually are. */
const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]
/** A download that takes longer will not come: no network, or a wall before it. */
const DOWNLOAD_TIMEOUT_MS = 180_000
const PACKAGE_TIMEOUT_MS = 300_000
const START_TIMEOUT_MS = 20_000

/**
 * The path of a browser for the end-to-end tests: an installed Chromium or Chrome, else Playwright's own, else
 * Debian's package when we are root. Throws with what to do when none can be had.
 */
export async function findBrowser(root: string, say: (text: string) => void): Promise<string> {
  const installed = [process.env['CHROME_PATH'] ?? '', ...INSTALLED].find(starts)
  if (installed !== undefined) return installed
  const { chromium } = await import('@playwright/test')
  if (starts(chromium.executablePath())) return chromium.executablePath()
  say('mengunduh peramban / downloading a browser …')
  const playwright = path.join(root, 'node_modules', '@playwright', 'test', 'cli.js')
  spawnSync(process.execPath, [playwright, 'install', 'chromium'], {
    stdio: 'ignore',
    timeout: DOWNLOAD_TIMEOUT_MS,
  })
  if (starts(chromium.executablePath())) return chromium.executablePath()
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    say('memasang Chromium dari Debian / installing Chromium from Debian …')
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const options = { stdio: 'ignore', timeout: PACKAGE_TIMEOUT_MS, env } as const
    spawnSync('apt-get', ['update', '-qq'], options)
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], options)
    if (starts('/usr/bin/chromium')) return '/usr/bin/chromium'
  }
  throw new Error(
    'Tidak ada peramban. Pasang Chromium atau Chrome (Debian: sudo apt install chromium), atau isi CHROME_PATH. ' +
      'No browser: install Chromium or Chrome, or set CHROME_PATH. `npm run check` runs everything else.',
  )
}

function starts(program: string): boolean {
  if (program === '' || !existsSync(program)) return false
  return spawnSync(program, ['--version'], { stdio: 'ignore', timeout: START_TIMEOUT_MS }).status === 0
}
