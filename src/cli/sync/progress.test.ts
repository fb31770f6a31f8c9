import { describe, expect, test } from 'vitest'
import type { PassView, RunDetail } from '../../sync/run-view.ts'
import { createRates, progressLines, reasonOf } from './progress.ts'

const NOW = new Date('2026-11-21T00:01:23Z')

const PASS: PassView = {
  stream: 'products',
  seen: 123_456,
  created: 0,
  updated: 0,
  unchanged: 123_456,
  rejected: 3,
  deleted: 0,
  pages: 618,
  state: 'running',
  stale: 0,
  missing: 0,
  startedAt: '2026-11-21T00:00:25Z',
  finishedAt: null,
  retryAt: null,
  error: null,
}

const RUN: RunDetail = {
  runId: '0199b7a4-7c1e-7d11-8a51-3f6f4c1d2b90',
  connection: 'feed',
  trigger: 'cli',
  kind: 'live',
  status: 'running',
  startedAt: '2026-11-21T00:00:00Z',
  finishedAt: null,
  streams: [],
  errors: [],
  mode: 'full',
  from: null,
  to: null,
  planOf: null,
  passes: [
    PASS,
    { ...PASS, stream: 'images', state: 'waiting', startedAt: null, seen: 0, pages: 0, rejected: 0 },
  ],
}

function linesOf(columns: number, run = RUN): string[] {
  const rates = createRates()
  rates.note([{ ...PASS, seen: 121_456 }], 1_000)
  rates.note([PASS], 3_000)
  return progressLines(run, rates, { columns, hasColor: false, now: NOW })
}

test('a wide window names everything in both languages', () => {
  expect(linesOf(120)).toEqual([
    '  aliran/stream  keadaan/state     baris/rows  baris/s  halaman/pages  ditolak/rejected  waktu/time',
    '▶ products       berjalan/running     123 456    1 000            618                 3       00:58',
    '· images         menunggu/waiting           0        0              0                 0       00:00',
  ])
})

test('sixty columns hold a million rows', () => {
  const big = { ...PASS, stream: 'resellers', seen: 1_000_000, pages: 10_000, rejected: 10_000 }
  const lines = linesOf(60, { ...RUN, passes: [big] })
  expect(lines[1]).toMatch(/^▶ resellers berjalan 1 000 000/)
  for (const line of lines) expect(line.length).toBeLessThan(60)
})

test('colour is an addition, not the message', () => {
  const look = { columns: 120, hasColor: true, now: NOW }
  const [, painted = ''] = progressLines(RUN, createRates(), look)
  expect(painted).toContain('\u001b[36m▶\u001b[0m products')
})

describe('the reason below a stream', () => {
  const waiting = (code: string, seconds: number): PassView => ({
    ...PASS,
    retryAt: new Date(NOW.getTime() + seconds * 1000).toISOString(),
    error: { code, detail: '429' },
  })

  test('says who asks to wait, and how long', () => {
    expect(reasonOf(waiting('throttled', 12), NOW)).toEqual([
      'sumber minta tunggu 12 d',
      'source asks to wait 12 s',
    ])
    expect(reasonOf(waiting('transient', 3), NOW)?.[1]).toContain('in trouble')
    expect(reasonOf(waiting('anything_else', 3), NOW)?.[1]).toBe('waiting 3 s')
    expect(reasonOf(waiting('throttled', -1), NOW)).toBeUndefined()
  })

  test('stands in the display, in one language where there is no room for two', () => {
    const run = { ...RUN, passes: [waiting('throttled', 12)] }
    expect(linesOf(120, run)[2]).toBe('    sumber minta tunggu 12 d / source asks to wait 12 s')
    expect(linesOf(50, run)[2]).toBe('    sumber minta tunggu 12 d')
  })

  test('of a failure is what the source said, without its control characters', () => {
    const failed: PassView = { ...PASS, state: 'failed', error: { code: 'malformed', detail: 'a\u001b[2Jb' } }
    expect(reasonOf(failed, NOW)?.[0]).toBe('malformed: a\\u001b[2Jb')
  })
})
