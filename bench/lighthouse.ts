import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { chromium } from '@playwright/test'
import lighthouse from 'lighthouse'
import { findFreePort } from '../src/cli/free-port.ts'
import { freePort } from '../test/support/test-shop.ts'
import { findBrowser } from '../tools/browser.ts'
import type { Measurement, Scenario } from '../tools/run-bench.ts'

const ROOT = path.join(import.meta.dirname, '..')
const RESULTS = path.join(ROOT, 'test-results')
/** Scores of one run move by a few points on a busy machine; the median of three does not. */
const ROUNDS = 3
const FIRST_PORT = 3800
const FIRST_SANDBOX_PORT = 4800
const WHOLE = 100
const LEAST_SCORE = 95
const MOST_LCP_MS = 1_500

type Page = { name: string; path: string; skipAudits: string[] }
type Scores = Record<string, number>

/** A demo shop of its own, as `npm start` makes it. */
type DemoShop = { url: string; stop(): Promise<void> }

/** Lighthouse's mobile profile on the pages most buyers see. */
export const scenario: Scenario = {
  name: 'lighthouse',
  about: 'home, product and invoice on Lighthouse’s mobile profile',
  async run() {
    const shop = await startDemoShop()
    try {
      return await measurePages(shop.url)
    } finally {
      await shop.stop()
    }
  },
}

async function measurePages(url: string): Promise<Measurement[]> {
  const port = await freePort()
  const browser = await chromium.launch({
    executablePath: await findBrowser(ROOT, (text) => process.stderr.write(`${text}\n`)),
    args: ['--no-sandbox', '--disable-dev-shm-usage', `--remote-debugging-port=${port}`],
  })
  try {
    const measured: Measurement[] = []
    const report: Record<string, Scores[]> = {}
    for (const page of await listPages(url)) {
      const rounds: Scores[] = []
      for (let round = 0; round < ROUNDS; round += 1) rounds.push(await measure(url, page, port))
      report[page.name] = rounds
      measured.push(...toMeasurements(page.name, rounds))
    }
    await mkdir(RESULTS, { recursive: true })
    await writeFile(path.join(RESULTS, 'lighthouse.json'), `${JSON.stringify(report, null, 2)}\n`)
    return measured
  } finally {
    await browser.close()
  }
}

/**
 * An invoice must never be indexed, so the one SEO audit that asks whether a page may be (`is-crawlable`) is left
 * out for it; every other audit counts.
 */
async function listPages(url: string): Promise<Page[]> {
  const response = await fetch(`${url}/api/orders/create`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify({
      items: [{ sku: 'GPLAY-20K', quantity: 1 }],
      customer: { name: 'Sari Dewi', email: 'sari@example.com', phone: '081234567890' },
      paymentMethod: 'midtrans',
    }),
  })
  const { links } = (await response.json()) as { links: { invoice: string } }
  const invoice = new URL(links.invoice)
  return [
    { name: 'home', path: '/', skipAudits: [] },
    { name: 'product', path: '/products/mobile-legends', skipAudits: [] },
    { name: 'invoice', path: invoice.pathname + invoice.search, skipAudits: ['is-crawlable'] },
  ]
}

/** As a visitor from Indonesia: an English browser would be shown the English page under the Indonesian address. */
async function measure(url: string, page: Page, port: number): Promise<Scores> {
  const result = await lighthouse(url + page.path, {
    port,
    logLevel: 'error',
    onlyCategories: ['performance', 'accessibility', 'best-practices', 'seo'],
    skipAudits: page.skipAudits,
    extraHeaders: { 'Accept-Language': 'id-ID' },
  })
  if (result === undefined || result.lhr.runtimeError !== undefined)
    throw new Error(`no scores of ${page.name}: ${result?.lhr.runtimeError?.message ?? 'no answer'}`)
  const { categories, audits } = result.lhr
  const scores = Object.entries(categories).map(([id, { score }]) => [id, (score ?? 0) * WHOLE] as const)
  return {
    ...Object.fromEntries(scores),
    'largest contentful paint': audits['largest-contentful-paint']?.numericValue ?? Infinity,
    'layout shift': audits['cumulative-layout-shift']?.numericValue ?? Infinity,
  }
}

function toMeasurements(name: string, rounds: readonly Scores[]): Measurement[] {
  return Object.keys(rounds[0] ?? {}).map((what) => {
    const values = rounds.map((scores) => scores[what] ?? 0).sort((a, b) => a - b)
    const value = values[Math.floor(values.length / 2)] ?? 0
    const range = [values[0] ?? 0, values.at(-1) ?? 0] as const
    const figure = { what: `${name}: ${what}`, value, range }
    if (what === 'largest contentful paint') return { ...figure, unit: 'ms', atMost: MOST_LCP_MS }
    if (what === 'layout shift') return { ...figure, unit: '', atMost: 0 }
    return { ...figure, unit: 'points', atLeast: LEAST_SCORE }
  })
}

async function startDemoShop(): Promise<DemoShop> {
  const data = await mkdtemp(path.join(tmpdir(), 'lapak-lighthouse-'))
  const port = await findFreePort(FIRST_PORT)
  const child = spawn(process.execPath, [path.join(ROOT, 'tools', 'start.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      LAPAK_DATA: data,
      PORT: String(port),
      SANDBOX_PORT: String(await findFreePort(FIRST_SANDBOX_PORT)),
    },
  })
  try {
    await untilReady(child)
  } catch (error) {
    await end(child, data)
    throw error
  }
  return { url: `http://localhost:${port}`, stop: () => end(child, data) }
}

/** Resolves when the shop prints its summary; throws when it ends before. */
async function untilReady({ stdout }: ChildProcess): Promise<void> {
  if (stdout === null) throw new Error('the shop has no output')
  for await (const line of createInterface({ input: stdout })) {
    if (!line.includes('Lapak siap')) continue
    stdout.resume()
    return
  }
  throw new Error('the shop ended before it was ready')
}

async function end(child: ChildProcess, data: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  await rm(data, { recursive: true, force: true })
}
