import { availableParallelism } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startSandboxes, type RunningSandboxes } from '../../sandboxes/main.ts'
import { CELL_PROVIDERS, expectSurvival } from './kill-cell.ts'
import { listKillPoints, listTransactions, OUTSIDE, REACHED, REPRESENTATIVE } from './kill-points.ts'
import { createKillTemplate, type KillTemplate } from './kill-template.ts'

/** Starting a process twice and waiting for its work, on a machine that does other things too. */
const CELL_TIMEOUT_MS = 120_000
/** A cell waits more than it works. */
const LANES = Math.max(1, Math.min(3, availableParallelism() - 1))

const isFull = process.env['LAPAK_FULL_MATRIX'] === '1'
const points = listKillPoints().filter(({ failpoint }) => isFull || REPRESENTATIVE.includes(failpoint))

let template: KillTemplate
const lanes: RunningSandboxes[] = []

beforeAll(async () => {
  template = await createKillTemplate()
  while (lanes.length < LANES) lanes.push(await startSandboxes({ port: 0, only: [...CELL_PROVIDERS] }))
}, CELL_TIMEOUT_MS)

afterAll(async () => {
  await Promise.all(lanes.map((lane) => lane.stop()))
  await template.drop()
})

test('every transaction of an order has its cells', () => {
  const known = [...Object.keys(REACHED), ...Object.keys(OUTSIDE)].sort()
  expect([...listTransactions().keys()].sort()).toEqual(known)
  const all = listKillPoints().map(({ failpoint }) => failpoint)
  expect(REPRESENTATIVE.filter((failpoint) => !all.includes(failpoint))).toEqual([])
})

describe.concurrent('a process killed at', { timeout: CELL_TIMEOUT_MS }, () => {
  const free: number[] = Array.from({ length: LANES }, (_, lane) => lane)
  const waiting: (() => void)[] = []

  async function inLane(work: (sandboxes: Record<string, string>) => Promise<void>): Promise<void> {
    while (free.length === 0) await new Promise<void>((resolve) => waiting.push(resolve))
    const lane = free.pop() ?? 0
    try {
      await work(lanes[lane]?.urls ?? {})
    } finally {
      free.push(lane)
      waiting.shift()?.()
    }
  }

  test.each(points)('$failpoint ($by)', (point) =>
    inLane((sandboxes) => expectSurvival(template, sandboxes, point)),
  )
})
