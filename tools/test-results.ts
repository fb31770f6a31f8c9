import { readFile } from 'node:fs/promises'

/** How many tests of a runner passed and failed. */
export type Tally = { passed: number; failed: number }

type VitestReport = {
  numPassedTests: number
  numFailedTests: number
  numFailedTestSuites: number
  success: boolean
}
type PlaywrightReport = { stats: { expected: number; unexpected: number; flaky: number }; errors: unknown[] }

/**
 * The tally of a Vitest JSON report. A file that could not even be loaded has no failed test, so it counts as
 * one; a missing report or an exit code that contradicts the counts does too.
 */
export async function readVitest(file: string, exitCode: number): Promise<Tally> {
  const report = await readReport<VitestReport>(file)
  if (report === undefined) return { passed: 0, failed: 1 }
  const failed = report.numFailedTests > 0 ? report.numFailedTests : report.numFailedTestSuites
  return { passed: report.numPassedTests, failed: atLeastOneWhen(exitCode !== 0, failed) }
}

/** The tally of a Playwright JSON report. A test that passed only at the second try counts as failed. */
export async function readPlaywright(file: string, exitCode: number): Promise<Tally> {
  const report = await readReport<PlaywrightReport>(file)
  if (report === undefined) return { passed: 0, failed: 1 }
  const { expected, unexpected, flaky } = report.stats
  return { passed: expected, failed: atLeastOneWhen(exitCode !== 0, unexpected + flaky) }
}

function atLeastOneWhen(broken: boolean, failed: number): number {
  return broken ? Math.max(1, failed) : failed
}

async function readReport<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T
  } catch {
    return undefined
  }
}
