import { mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { startTestCluster } from './test-cluster.ts'

/** One figure of a scenario, beside what the machine itself can do in the same run. */
export type Measurement = {
  what: string
  value: number
  unit: string
  /** The same work done by the bare database, disk or server. */
  limit?: number
  atLeast?: number
  atMost?: number
}

/** A file of bench/ exports one of these as `scenario`. `databaseUrl` is a durable cluster of its own. */
export type Scenario = { name: string; about: string; run(databaseUrl: string): Promise<Measurement[]> }

const ROOT = path.join(import.meta.dirname, '..')
const BENCH = path.join(ROOT, 'bench')
const PERCENT = 100

function meets({ value, atLeast, atMost }: Measurement): boolean {
  return (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost)
}

function toRow(scenario: string, measurement: Measurement): Record<string, string> {
  const { what, value, unit, limit, atLeast, atMost } = measurement
  return {
    scenario,
    what,
    value: `${value.toFixed(value < PERCENT ? 2 : 0)} ${unit}`,
    limit: limit === undefined ? '' : `${limit.toFixed(0)} (${((value / limit) * PERCENT).toFixed(0)} %)`,
    budget: [atLeast === undefined ? '' : `≥ ${atLeast}`, atMost === undefined ? '' : `≤ ${atMost}`]
      .join(' ')
      .trim(),
    met: meets(measurement) ? '✓' : '✗',
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

async function main(): Promise<number> {
  const scenarios = await findScenarios(process.argv.slice(2))
  if (scenarios.length === 0) {
    process.stderr.write('Tidak ada skenario dengan nama itu. There is no scenario of this name in bench/.\n')
    return 2
  }
  const results: { scenario: string; measurements: Measurement[] }[] = []
  const cluster = await startTestCluster(true)
  process.env['LAPAK_TEST_DATABASE_URL'] = cluster.url
  try {
    for (const { name, about, run } of scenarios) {
      process.stderr.write(`${name}: ${about} …\n`)
      results.push({ scenario: name, measurements: await run(cluster.url) })
    }
  } finally {
    await cluster.stop()
  }
  console.table(
    results.flatMap(({ scenario, measurements }) => measurements.map((one) => toRow(scenario, one))),
  )
  await mkdir(path.join(ROOT, 'test-results'), { recursive: true })
  const file = path.join(ROOT, 'test-results', 'bench.json')
  await writeFile(file, `${JSON.stringify({ node: process.version, results }, null, 2)}\n`)
  process.stdout.write(`${path.relative(ROOT, file)}\n`)
  return results.every(({ measurements }) => measurements.every(meets)) ? 0 : 1
}

process.exitCode = await main()
