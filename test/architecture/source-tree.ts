import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** The folder that holds package.json. */
export const ROOT = path.join(import.meta.dirname, '..', '..')

/** The table of who may use whom, as the dependency gate has it. */
export async function readMayUse(): Promise<Record<string, string[]>> {
  const gate: { mayUse: Record<string, string[]> } = await import(path.join(ROOT, '.dependency-cruiser.mjs'))
  return gate.mayUse
}

/** A file of the repository: path from the root with forward slashes, and its text. */
export type SourceFile = { path: string; text: string }

/** Generated, downloaded or local: not ours to judge. */
const SKIPPED = new Set([
  'node_modules',
  '.git',
  'build',
  '.react-router',
  '.lapak',
  '.cache',
  'test-results',
  'coverage',
])
const TEXT =
  /\.(?:[cm]?[jt]sx?|json|sql|md|css|html|svg|ya?ml|txt|sh|example)$|^\.[a-z]+rc(?:\.json)?$|^LICENSE$|^run$/

/** Every text file below `folder` of the repository, sorted by path; local and generated folders are left out. */
export function listFiles(folder = '.'): SourceFile[] {
  const found: string[] = []
  walk(folder, found)
  return found.sort().map((file) => ({ path: file, text: readFileSync(path.join(ROOT, file), 'utf8') }))
}

/** TypeScript files below the folders. */
export function listSources(...folders: string[]): SourceFile[] {
  return folders.flatMap((folder) => listFiles(folder)).filter((file) => /\.tsx?$/.test(file.path))
}

/** True for a unit test that lies beside its source. */
export function isTest(file: SourceFile): boolean {
  return /\.test\.tsx?$/.test(file.path)
}

/** Lines of a text; a final line break does not count as one more. */
export function countLines(text: string): number {
  return text.replace(/\n$/, '').split('\n').length
}

function walk(folder: string, found: string[]): void {
  let entries
  try {
    entries = readdirSync(path.join(ROOT, folder), { withFileTypes: true })
  } catch {
    return // A folder of the plan that does not exist yet.
  }
  for (const entry of entries) {
    const file = path.posix.join(folder, entry.name)
    if (entry.isDirectory() && !SKIPPED.has(entry.name)) walk(file, found)
    else if (entry.isFile() && TEXT.test(entry.name)) found.push(file)
  }
}
