import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readPlaywright, readVitest } from './test-results.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lapak-results-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function save(report: object): Promise<string> {
  const file = path.join(folder, 'report.json')
  await writeFile(file, JSON.stringify(report))
  return file
}

test.each([
  [
    'all green',
    { numPassedTests: 9, numFailedTests: 0, numFailedTestSuites: 0 },
    0,
    { passed: 9, failed: 0 },
  ],
  ['two red', { numPassedTests: 7, numFailedTests: 2, numFailedTestSuites: 1 }, 1, { passed: 7, failed: 2 }],
  [
    'a file that does not load',
    { numPassedTests: 7, numFailedTests: 0, numFailedTestSuites: 1 },
    1,
    { passed: 7, failed: 1 },
  ],
  [
    'an unhandled error',
    { numPassedTests: 7, numFailedTests: 0, numFailedTestSuites: 0 },
    1,
    { passed: 7, failed: 1 },
  ],
])('vitest: %s', async (_name, report, exitCode, expected) => {
  expect(await readVitest(await save(report), exitCode)).toEqual(expected)
})

test('a runner that left no report failed', async () => {
  expect(await readVitest(path.join(folder, 'none.json'), 0)).toEqual({ passed: 0, failed: 1 })
  expect(await readPlaywright(path.join(folder, 'none.json'), 0)).toEqual({ passed: 0, failed: 1 })
})

test('playwright: a flaky test is a failed one', async () => {
  const file = await save({ stats: { expected: 4, unexpected: 1, flaky: 1 }, errors: [] })
  expect(await readPlaywright(file, 1)).toEqual({ passed: 4, failed: 2 })
})
