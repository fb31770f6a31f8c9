import { expect, test } from 'vitest'
import { countLines, isTest, listSources } from './source-tree.ts'
import { listFunctions } from './syntax-tree.ts'

const FILE_LINES = 400
const FUNCTION_LINES = 70
/** Mark-up is long without being complicated; a factory holds functions that are measured themselves. */
const CONTAINER_LINES = 150
/** Half of the files stay below this: what does one thing is short. */
const MEDIAN_FILE_LINES = 100

const sources = listSources('src', 'web', 'sandboxes', 'test', 'bench', 'tools')

test(`no file has more than ${FILE_LINES} lines`, () => {
  const long = sources
    .map((file) => `${file.path}: ${countLines(file.text)}`)
    .filter((entry) => Number(entry.split(': ')[1]) > FILE_LINES)
  expect(long).toEqual([])
})

test(`the median file of src and web has at most ${MEDIAN_FILE_LINES} lines`, async ({ annotate }) => {
  const lines = sources
    .filter((file) => /^(?:src|web)\//.test(file.path) && !isTest(file))
    .map((file) => countLines(file.text))
  lines.sort((a, b) => a - b)
  const median = lines[Math.floor(lines.length / 2)] ?? 0
  await annotate(`median of ${lines.length} files: ${median} lines`)
  expect(median).toBeLessThanOrEqual(MEDIAN_FILE_LINES)
})

test(`no function has more than ${FUNCTION_LINES} lines, no component or factory more than ${CONTAINER_LINES}`, () => {
  const measured = sources.flatMap((file) =>
    listFunctions(file).map((shape) => ({ ...shape, path: file.path })),
  )
  expect(measured.length, 'the parser found the functions').toBeGreaterThan(sources.length)
  const long = measured
    .filter(
      (shape) =>
        !shape.suite && shape.lines > (shape.component || shape.factory ? CONTAINER_LINES : FUNCTION_LINES),
    )
    .map((shape) => `${shape.path}:${shape.line} ${shape.name}: ${shape.lines}`)
  expect(long).toEqual([])
})

test('the measuring stick measures', () => {
  const text = [
    '// é',
    'export function a() {',
    '  const b = () => {',
    '  }',
    '  return b',
    '}',
    'const c = { d() {',
    '} }',
    '',
  ].join('\n')
  const shapes = listFunctions({ path: 'sample.ts', text }).map(({ name, line, lines }) => ({
    name,
    line,
    lines,
  }))
  expect(shapes).toEqual([
    { name: 'a', line: 2, lines: 5 },
    { name: 'b', line: 3, lines: 2 },
    { name: 'd', line: 7, lines: 2 },
  ])
})
