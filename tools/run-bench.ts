import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { startTestCluster } from './test-cluster.ts'

/** One figure of a scenario, beside what the machine itself can do in the same run. */
export type Measurement = {
  what: string
  value: number
  unit: string
  /** Lowest and highest of the rounds. */
  range?: readonly [number, number]
  /** The same work done by the bare database, disk or server. */
  limit?: number
  limitRange?: readonly [number, number]
  atLeast?: number
  atMost?: number
  /** Least share of the limit, in per cent. */
  limitShare?: number
}

/** A file of bench/ exports one of these as `scenario`. `databaseUrl` is a durable cluster of its own. */
export type Scenario = { name: string; about: string; run(databaseUrl: string): Promise<Measurement[]> }

type Ran = { scenario: string; measurements: Measurement[] }
type Row = {
  scenario: string
  what: string
  value: string
  limit: string
  share: string
  budget: string
  met: string
}

const ROOT = path.join(import.meta.dirname, '..')
const BENCH = path.join(ROOT, 'bench')
const REPORT = path.join(ROOT, 'docs', 'performance.md')
const PERCENT = 100
const RECORD = '--record'

function shareOf({ value, limit }: Measurement): number | undefined {
  return limit === undefined ? undefined : (value / limit) * PERCENT
}

function meets(measurement: Measurement): boolean {
  const { value, atLeast, atMost, limitShare } = measurement
  const share = shareOf(measurement)
  const isShareMet = limitShare === undefined || (share !== undefined && share >= limitShare)
  return (
    (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost) && isShareMet
  )
}

function hasBudget({ atLeast, atMost, limitShare }: Measurement): boolean {
  return atLeast !== undefined || atMost !== undefined || limitShare !== undefined
}

function number(value: number): string {
  return value.toFixed(value < 10 ? 2 : value < PERCENT ? 1 : 0)
}

function withRange(value: number, range: readonly [number, number] | undefined): string {
  return range === undefined ? number(value) : `${number(value)} [${number(range[0])}–${number(range[1])}]`
}

function toRow(scenario: string, measurement: Measurement): Row {
  const { what, value, unit, range, limit, limitRange, atLeast, atMost, limitShare } = measurement
  const budgets = [
    ...(atLeast === undefined ? [] : [`≥ ${atLeast} ${unit}`]),
    ...(atMost === undefined ? [] : [`≤ ${atMost} ${unit}`]),
    ...(limitShare === undefined ? [] : [`≥ ${limitShare} % of the limit`]),
  ]
  return {
    scenario,
    what,
    value: `${withRange(value, range)} ${unit}`,
    limit: limit === undefined ? '' : withRange(limit, limitRange),
    share: limit === undefined ? '' : `${(shareOf(measurement) ?? 0).toFixed(0)} %`,
    budget: budgets.join(', '),
    met: hasBudget(measurement) ? (meets(measurement) ? '✓' : '✗') : '',
  }
}

async function findScenarios(wanted: readonly string[]): Promise<Scenario[]> {
  const files = (await readdir(BENCH))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .sort()
  const loaded = await Promise.all(
    files.map((file) => import(path.join(BENCH, file)) as Promise<{ scenario?: Scenario }>),
  )
  const scenarios = loaded.flatMap(({ scenario }) => (scenario === undefined ? [] : [scenario]))
  return wanted.length === 0 ? scenarios : scenarios.filter(({ name }) => wanted.includes(name))
}

/** The database of `LAPAK_BENCH_DATABASE_URL` when it is set, else a durable one of our own. */
async function openCluster(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env['LAPAK_BENCH_DATABASE_URL']
  return given ? { url: given, stop: async () => undefined } : await startTestCluster(true)
}

async function describeMachine(databaseUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const { rows } = await client.query<{ version: string; fsync: string }>(
    `select current_setting('server_version') as version, current_setting('fsync') as fsync`,
  )
  await client.end()
  const [server] = rows
  return `${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.versions.node}, PostgreSQL ${server?.version ?? ''}, fsync ${server?.fsync ?? ''}`
}

function toMarkdown(machine: string, wanted: readonly string[], rows: readonly Row[]): string {
  const columns = ['scenario', 'what', 'value', 'limit', 'share', 'budget', 'met'] as const
  const head = [`| ${columns.join(' | ')} |`, `|${columns.map(() => ' --- |').join('')}`]
  const body = rows.map((row) => `| ${columns.map((column) => row[column]).join(' | ')} |`)
  const command = ['npm run bench', ...(wanted.length === 0 ? [] : ['--', ...wanted])].join(' ')
  const day = new Date().toISOString().slice(0, 10)
  return [`\`${command}\` on ${day}: ${machine}.`, '', ...head, ...body].join('\n')
}

/** Puts the table between the marks of docs/performance.md. */
async function record(markdown: string): Promise<void> {
  const text = await readFile(REPORT, 'utf8')
  const replaced = text.replace(
    /(<!-- figures -->\n)[\s\S]*(<!-- end of figures -->)/,
    (_all, begin: string, end: string) => `${begin}\n${markdown}\n\n${end}`,
  )
  await writeFile(REPORT, replaced)
}

/** The figures of a scenario; one that breaks is a budget missed, and the others still run. */
async function tryToRun(run: Scenario['run'], databaseUrl: string): Promise<Measurement[]> {
  try {
    return await run(databaseUrl)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    return [{ what: 'broke off', value: 1, unit: 'errors', atMost: 0 }]
  }
}

async function main(args: readonly string[]): Promise<number> {
  const wanted = args.filter((argument) => argument !== RECORD)
  const scenarios = await findScenarios(wanted)
  if (scenarios.length === 0) {
    process.stderr.write('Tidak ada skenario dengan nama itu. There is no scenario of this name in bench/.\n')
    return 2
  }
  const results: Ran[] = []
  const cluster = await openCluster()
  process.env['LAPAK_TEST_DATABASE_URL'] = cluster.url
  let machine = ''
  try {
    machine = await describeMachine(cluster.url)
    for (const { name, about, run } of scenarios) {
      process.stderr.write(`${name}: ${about} …\n`)
      results.push({ scenario: name, measurements: await tryToRun(run, cluster.url) })
    }
  } finally {
    await cluster.stop()
  }
  const rows = results.flatMap(({ scenario, measurements }) =>
    measurements.map((one) => toRow(scenario, one)),
  )
  console.table(rows)
  if (args.includes(RECORD)) await record(toMarkdown(machine, wanted, rows))
  await mkdir(path.join(ROOT, 'test-results'), { recursive: true })
  const file = path.join(ROOT, 'test-results', 'bench.json')
  await writeFile(file, `${JSON.stringify({ machine, results }, null, 2)}\n`)
  process.stdout.write(`${path.relative(ROOT, file)}\n`)
  return results.every(({ measurements }) => measurements.every(meets)) ? 0 : 1
}

process.exitCode = await main(process.argv.slice(2))
