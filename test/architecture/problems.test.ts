import { existsSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { listFiles, listSources, ROOT } from './source-tree.ts'

const registry = path.join(ROOT, 'src', 'http', 'problems.ts')
const documentation = listFiles('docs').find((file) => file.path === 'docs/errors.md')?.text ?? ''

/** Codes of the expected refusals that reach a client: the unions named `…Refusal` in view files and `src/app.ts`. */
function refusalCodes(): string[] {
  const codes = listSources('src')
    .filter((file) => file.path.endsWith('-view.ts'))
    .flatMap((file) =>
      [...file.text.matchAll(/^export type \w*Refusal =[\s\S]*?(?=\n\n|\n?$(?![\s\S]))/gm)].map(
        (match) => match[0],
      ),
    )
    .flatMap((union) =>
      [...union.matchAll(/code: ([^;}\n]+)/g)].flatMap((match) => [
        ...(match[1] ?? '').matchAll(/'([a-z_]+)'/g),
      ]),
    )
    .map((match) => match[1] ?? '')
  return [...new Set(codes)].sort()
}

test.runIf(existsSync(registry))(
  'every refusal a client can meet is in the registry of problems',
  async () => {
    const { PROBLEMS } = await readRegistry()
    const codes = refusalCodes()
    expect(codes.length).toBeGreaterThan(0)
    expect(codes.filter((code) => !(code in PROBLEMS))).toEqual([])
  },
)

test.runIf(existsSync(registry))(
  'docs/errors.md explains every problem of the registry and no other',
  async () => {
    const { PROBLEMS } = await readRegistry()
    const sections = [...documentation.matchAll(/^## `?([a-z_]+)`?\n+(\d{3})\b/gm)].map((match) => [
      match[1],
      Number(match[2]),
    ])
    const expected = Object.entries(PROBLEMS).map(([code, problem]) => [code, problem.status])
    expect(sections, 'write the page again with renderProblemDocs() of src/http/problems.ts').toEqual(
      expected,
    )
  },
)

async function readRegistry(): Promise<{ PROBLEMS: Record<string, { status: number }> }> {
  const module: { PROBLEMS: Record<string, { status: number }> } = await import(registry)
  return module
}
