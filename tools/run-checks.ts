import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import { findFreePort } from '../src/cli/free-port.ts'
import { VARIABLES } from '../src/platform/config-variables.ts'
import { findBrowser } from './browser.ts'
import { startTestCluster } from './test-cluster.ts'
import { readPlaywright, readVitest, type Tally } from './test-results.ts'

const ROOT = path.join(import.meta.dirname, '..')
const RESULTS = path.join(ROOT, 'test-results')
/** The checks without a database; the same commands as the scripts of package.json. */
const STATIC_CHECKS: readonly (readonly [name: string, program: string, ...args: string[]])[] = [
  ['format', 'oxfmt/bin/oxfmt', '--check', '.'],
  ['types', 'typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json'],
  ['types of web', 'typescript/bin/tsc', '--noEmit', '-p', 'web/tsconfig.json'],
  ['lint', 'oxlint/bin/oxlint', '--type-aware'],
  ['dead code', 'knip/bin/knip.js'],
]
const E2E_FIRST_PORT = 3900
const E2E_FIRST_SANDBOX_PORT = 4900
const SECOND_MS = 1_000
/** The widest of the static checks keep a core busy each; more at once only wait for one another. */
const AT_ONCE = Math.max(2, availableParallelism())

const total: Tally = { passed: 0, failed: 0 }
const failures: string[] = []

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

function count(name: string, tally: Tally, startedAt: number): void {
  total.passed += tally.passed
  total.failed += tally.failed
  if (tally.failed > 0) failures.push(name)
  const seconds = ((performance.now() - startedAt) / SECOND_MS).toFixed(1)
  say(
    `${tally.failed === 0 ? '✓' : '✗'} ${name}: ${tally.passed} passed, ${tally.failed} failed (${seconds} s)`,
  )
}

/** Runs a program of node_modules under the bundled Node, with its own programs first in the path. */
function runTool(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  live: boolean,
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const bin = path.join(ROOT, 'node_modules', '.bin')
    const child = spawn(process.execPath, [path.join(ROOT, 'node_modules', program), ...args], {
      cwd: ROOT,
      env: { ...process.env, ...env, PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}` },
      stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
    })
    let output = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.on('error', (error) => (output += error.message))
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

async function runStaticChecks(): Promise<void> {
  const waiting = [...STATIC_CHECKS]
  async function work(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, program, ...args] = next
      const startedAt = performance.now()
      const { code, output } = await runTool(program, args, {}, false)
      if (code !== 0) say(output)
      count(name, code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }, startedAt)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}

async function runVitest(databaseUrl: string): Promise<void> {
  const startedAt = performance.now()
  const report = path.join(RESULTS, 'vitest.json')
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const color = process.stdout.isTTY ? {} : { NO_COLOR: '1' }
  const { code } = await runTool(
    'vitest/vitest.mjs',
    args,
    { LAPAK_TEST_DATABASE_URL: databaseUrl, ...color },
    true,
  )
  count('tests', await readVitest(report, code), startedAt)
}

async function runBrowserTests(): Promise<void> {
  if (!hasBrowserTests()) return
  const startedAt = performance.now()
  const report = path.join(RESULTS, 'playwright.json')
  const data = await mkdtemp(path.join(tmpdir(), 'lapak-e2e-'))
  try {
    await chmod(data, 0o755)
    // Nothing of the developer's own shop may reach the tests, or they would write into it.
    const blank = Object.fromEntries(Object.keys(VARIABLES).map((name) => [name, '']))
    const env = {
      ...blank,
      LAPAK_DATA: data,
      LAPAK_E2E_PORT: String(await findFreePort(E2E_FIRST_PORT)),
      LAPAK_E2E_SANDBOX_PORT: String(await findFreeBlock()),
      LAPAK_E2E_BROWSER: await findBrowser(ROOT, say),
      PLAYWRIGHT_JSON_OUTPUT_FILE: report,
    }
    const { code } = await runTool('@playwright/test/cli.js', ['test', '--reporter=line,json'], env, true)
    count('end to end', await readPlaywright(report, code), startedAt)
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    count('end to end', { passed: 0, failed: 1 }, startedAt)
  } finally {
    await rm(data, { recursive: true, force: true })
  }
}

/** First port of a block whose ports, one per sandbox, are all free. */
async function findFreeBlock(): Promise<number> {
  const size = 12
  for (let base = E2E_FIRST_SANDBOX_PORT; ; base += 100) {
    let next = base
    while (next < base + size && (await findFreePort(next)) === next) next += 1
    if (next === base + size) return base
  }
}

function hasBrowserTests(): boolean {
  const folder = path.join(ROOT, 'test', 'e2e')
  return (
    existsSync(folder) &&
    readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith('.test.ts'))
  )
}

async function main(): Promise<number> {
  const startedAt = performance.now()
  await rm(RESULTS, { recursive: true, force: true })
  await mkdir(RESULTS, { recursive: true })
  await runStaticChecks()
  const given = process.env['LAPAK_TEST_DATABASE_URL']
  const cluster = given ? { url: given, stop: async () => undefined } : await startTestCluster(false)
  try {
    await runVitest(cluster.url)
  } finally {
    await cluster.stop()
  }
  if (!process.argv.includes('--no-browser')) await runBrowserTests()
  const minutes = ((performance.now() - startedAt) / SECOND_MS / 60).toFixed(1)
  say(
    failures.length === 0
      ? `Semua hijau / all green in ${minutes} min`
      : `Gagal / failed: ${failures.join(', ')}`,
  )
  say(`${total.passed} passed, ${total.failed} failed`)
  return total.failed === 0 && total.passed > 0 ? 0 : 1
}

process.exitCode = await main().catch((error: unknown) => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error))
  say(`${total.passed} passed, ${total.failed + 1} failed`)
  return 1
})
