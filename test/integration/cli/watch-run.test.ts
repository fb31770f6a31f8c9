import { expect, test } from 'vitest'
import { EXIT } from '../../../src/cli/command.ts'
import { followRun } from '../../../src/cli/sync/follow-run.ts'
import { watchRun, type Watchman } from '../../../src/cli/sync/watch-run.ts'
import type { RunDetail } from '../../../src/sync/run-view.ts'
import { CONNECTION, RUN, runDetail } from '../http/sync-port.ts'
import { recordingTerminal, scriptedSync } from './scripted-sync.ts'

const START = Date.parse('2026-11-21T00:00:00Z')

/** A run of `looks` looks, a thousand rows each, and a clock that moves a second with every rest. */
function scriptedRun(looks: number) {
  let look = 0
  const ended = Promise.withResolvers<RunDetail>()
  const state = (): RunDetail => {
    const isOver = look >= looks
    const pass = { seen: look * 1000, unchanged: look * 1000, created: 0, updated: 0, pages: look * 5 }
    return runDetail(
      { status: isOver ? 'succeeded' : 'running', finishedAt: isOver ? RUN.finishedAt : null },
      { ...pass, state: isOver ? 'succeeded' : 'running', finishedAt: isOver ? RUN.finishedAt : null },
    )
  }
  const man: Watchman = {
    now: () => new Date(START + look * 1000),
    elapsedMs: () => look * 1000,
    rest: async () => {
      look += 1
      if (look >= looks) ended.resolve(state())
    },
  }
  const script = scriptedSync({ findRun: async () => state(), drive: () => ended.promise })
  return { man, ...script }
}

test('a window is drawn over until the run has ended, then the result follows', async () => {
  const { app, man } = scriptedRun(4)
  const { terminal, drawn, out, told } = recordingTerminal({ isLive: true })
  const code = await followRun(app, RUN.runId, terminal, { watch: true, all: false, man })
  expect(code).toBe(EXIT.ok)
  expect(drawn.at(-1)).toContain('✓ products')
  expect(drawn.at(-1)).not.toContain('Ctrl-C')
  expect(drawn[0]).toContain('Ctrl-C')
  expect(drawn.slice(1).every((text) => text.startsWith('\u001b['))).toBe(true)
  expect(out.join('\n')).toContain('4 000 dilihat/seen')
  expect(told.join('\n')).toContain('✓ feed: selesai/succeeded')
})

test('in a pipe there is a line at every change of state and every five seconds', async () => {
  const { app, man } = scriptedRun(12)
  const { terminal, drawn, told } = recordingTerminal()
  await followRun(app, RUN.runId, terminal, { watch: true, all: false, man })
  const lines = told.filter((line) => line.startsWith('products: '))
  expect(drawn).toEqual([])
  expect(lines).toHaveLength(4)
  expect(lines[0]).toContain('berjalan/running')
  expect(lines[1]).toContain('5 000 baris/rows · 1 000/s')
  expect(lines.at(-1)).toContain('selesai/done')
  expect(lines.join('')).not.toContain('\u001b')
})

test('who stops watching is not shown more, and the run goes on', async () => {
  const { app } = scriptedRun(1)
  const { terminal, drawn } = recordingTerminal({ isLive: true })
  const leave = new AbortController()
  const forever = new Promise<never>(() => undefined)
  const man: Watchman = {
    now: () => new Date(START),
    elapsedMs: () => 0,
    rest: async () => {
      leave.abort()
      return await forever
    },
  }
  await watchRun(app, RUN.runId, terminal, forever, leave.signal, man)
  expect(drawn).toHaveLength(1)
})

test('a pause is the reason when nothing moves', async () => {
  const { man } = scriptedRun(2)
  const waiting = runDetail({ status: 'running', finishedAt: null }, { state: 'waiting', finishedAt: null })
  const paused = { by: 'cli:sari', at: '2026-11-21T00:00:00Z' }
  const { app } = scriptedSync({
    findRun: async () => waiting,
    connections: async () => [{ ...CONNECTION, paused }],
  })
  const { terminal, drawn } = recordingTerminal({ isLive: true })
  const leave = new AbortController()
  const stopping: Watchman = { ...man, rest: async () => leave.abort() }
  await watchRun(app, RUN.runId, terminal, new Promise(() => undefined), leave.signal, stopping)
  expect(drawn[0]).toContain('dijeda/paused: cli:sari · npx lapak sync resume feed')
})

test('a run that nobody knows is no success', async () => {
  const { app } = scriptedSync()
  const { terminal, told } = recordingTerminal()
  expect(await followRun(app, 'x', terminal, { watch: true, all: false })).toBe(EXIT.usage)
  expect(told.join('')).toContain('no such run')
})

test('who does not watch is told once what a run waits for, when it is more than a moment', async () => {
  const wait = { retryAt: '2026-11-21T00:04:00Z', error: { code: 'rate_limited', detail: '' } }
  const { man } = scriptedRun(9)
  const waiting = runDetail(
    { status: 'running', finishedAt: null },
    { state: 'ready', finishedAt: null, ...wait },
  )
  const { app } = scriptedSync({ findRun: async () => waiting })
  const { terminal, told, drawn } = recordingTerminal({ isLive: true })
  const leave = new AbortController()
  let rests = 0
  const stopping: Watchman = { ...man, rest: async () => ++rests > 3 && leave.abort() }
  await watchRun(app, RUN.runId, terminal, new Promise(() => undefined), leave.signal, stopping, 'waits')
  expect(drawn).toEqual([])
  expect(told).toEqual(['  products: menjaga batas laju sumber 240 d / keeping to the rate limit, 240 s'])
})
