import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from './source-tree.ts'

const execute = promisify(execFile)
const CRUISER = path.join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs')
/** The report of the whole tree is a few megabytes of JSON. */
const REPORT_BYTES = 256 * 1024 * 1024

/** What a run over a tree found: number of our own files read, and broken rules as "rule: from -> to". */
export type Cruise = { files: string[]; violations: string[] }

type Report = {
  modules: { source: string; coreModule?: boolean; couldNotResolve?: boolean }[]
  summary: { violations: { from: string; to: string; rule: { name: string } }[] }
}

/** Runs the dependency gate over folders of a tree that holds its own copy of the configuration. */
export async function cruise(tree: string, folders: readonly string[]): Promise<Cruise> {
  const args = [
    CRUISER,
    '--config',
    path.join(tree, '.dependency-cruiser.mjs'),
    '--output-type',
    'json',
    ...folders,
  ]
  const output = await execute(process.execPath, args, { cwd: tree, maxBuffer: REPORT_BYTES }).catch(
    (error: unknown) => {
      // With violations it exits with their number and still prints the report.
      if (
        typeof error === 'object' &&
        error !== null &&
        'stdout' in error &&
        String(error.stdout).startsWith('{')
      )
        return error
      throw error
    },
  )
  const report = JSON.parse(String('stdout' in output ? output.stdout : '')) as Report
  return {
    files: report.modules
      .map((module) => module.source)
      .filter((source) => folders.some((folder) => source.startsWith(`${folder}/`))),
    violations: report.summary.violations
      .map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)
      .sort(),
  }
}
