import { describe, expect, test } from 'vitest'
import { err, ok } from '#shared/result.ts'
import type { App, SyncRefusal } from '../../../src/app.ts'
import { EXIT, UsageError } from '../../../src/cli/command.ts'
import { callSync } from '../../../src/cli/sync.ts'
import type { RunChange, RunDetail } from '../../../src/sync/run-view.ts'
import { CONNECTION, DEAD_LETTER, PASS, RUN, runDetail } from '../http/sync-port.ts'
import { recordingTerminal, scriptedSync } from './scripted-sync.ts'

/** Calls the command and returns its code with all that was written. */
async function call(words: string, overrides: Partial<App['sync']> = {}) {
  const script = scriptedSync(overrides)
  const { terminal, out, told } = recordingTerminal()
  const code = await callSync(script.app, words.split(' '), terminal)
  return { code, out: out.join('\n'), told: told.join('\n'), ...script }
}

/** A synchronisation whose run ends like this. */
function endingAs(run: RunDetail, changes: RunChange[] = []): Partial<App['sync']> {
  return {
    request: async () => ok(run),
    drive: async () => run,
    findRun: async () => run,
    listChanges: async () => ({ changes, nextCursor: null }),
  }
}

describe('what is asked for', () => {
  test.each([
    ['feed', { mode: 'full', kind: 'live' }],
    ['feed products --changes', { mode: 'changes', kind: 'live', streams: ['products'] }],
    ['feed --dry-run --watch', { mode: 'full', kind: 'dry' }],
    [
      'feed --from 2026-11-01 --to 2026-11-01',
      {
        mode: 'range',
        kind: 'live',
        from: new Date('2026-10-31T17:00:00Z'),
        to: new Date('2026-11-01T16:59:59.999Z'),
      },
    ],
    [`feed --apply ${RUN.runId}`, { mode: 'full', kind: 'live', planOf: RUN.runId }],
  ])('%s', async (words, request) => {
    const { argsOf } = await call(words)
    expect(argsOf('request')).toEqual([[{ connection: 'feed', trigger: 'cli', ...request }]])
  })

  test.each([
    ['feed products images', 'at most one stream'],
    ['feed --full --changes', '--full, --changes'],
    ['feed --from 2026-11-01 --changes', '--from, --changes'],
    ['feed --from soon', '2026-11-01'],
    [`feed --apply ${RUN.runId} --dry-run`, '--apply'],
    [`feed products --apply ${RUN.runId}`, '--apply'],
    ['feed --dryrun', '--dryrun'],
    ['schedule feed daily 5', 'full|changes'],
    ['schedule feed full often', 'off'],
    ['lock feed products P-7', 'lock <connection>'],
    ['cancel', 'sync runs'],
    ['runs --limit 0', '--limit'],
    ['dead-letters --limit 9999', '--limit'],
  ])('%s is a slip', async (words, reason) => {
    await expect(call(words)).rejects.toThrow(reason)
  })
})

const REFUSALS: [SyncRefusal['code'], number, string][] = [
  ['unknown_connection', EXIT.usage, 'did you mean: feed'],
  ['unknown_stream', EXIT.usage, 'there is: products'],
  ['paused', EXIT.busy, 'npx lapak sync resume fed'],
  ['range_not_supported', EXIT.usage, 'takes no range'],
  ['bad_range', EXIT.usage, '--from 2026-11-01'],
  ['plan_unknown', EXIT.usage, 'No such plan'],
  ['plan_not_finished', EXIT.failed, 'not finished'],
]

test.each(REFUSALS)('the refusal %s ends with %i and says what to do', async (code, exit, words) => {
  const connection = code === 'unknown_stream' ? 'feed' : 'fed'
  const ended = await call(connection, { request: async () => err({ code }) })
  expect([ended.code, ended.out]).toEqual([exit, ''])
  expect(ended.told).toContain(words)
})

describe('how it ends', () => {
  test.each([
    ['succeeded', EXIT.ok, '✓ feed'],
    ['failed', EXIT.failed, 'credentials'],
    ['cancelled', EXIT.failed, 'What was applied stays'],
    ['refused', EXIT.moved, '--dry-run'],
    ['needs_approval', EXIT.approval, `npx lapak sync approve ${RUN.runId}`],
    ['running', EXIT.left, `npx lapak sync cancel ${RUN.runId}`],
  ] as const)('%s: %i', async (status, exit, words) => {
    const error = { code: 'credentials_refused', detail: '401' }
    const pass = status === 'failed' ? ({ state: 'failed', error } as const) : {}
    const { code, told } = await call('feed', endingAs(runDetail({ status }, pass)))
    expect(code).toBe(exit)
    expect(told).toContain(words)
  })

  test('what is held shows how many are gone', async () => {
    const held = runDetail({ status: 'needs_approval' }, { state: 'parked', missing: 1234 })
    expect((await call('feed', endingAs(held))).told).toContain('1 234 data tidak ada lagi di sumber')
  })

  test('refused records are pointed to', async () => {
    expect((await call('feed')).told).toContain('npx lapak sync dead-letters feed')
  })
})

const CHANGES: RunChange[] = [
  { stream: 'products', op: 'create', externalId: 'P-8', fields: {} },
  { stream: 'products', op: 'delete', externalId: 'P-1', fields: {} },
  { stream: 'products', op: 'update', externalId: 'P-7', fields: { name: ['Susu', 'Kopi'], price: [1, 2] } },
]

describe('plan and run', () => {
  test('write the same result, so that a diff is empty', async () => {
    const counts = { seen: 12, created: 1, updated: 1, unchanged: 10, deleted: 1, missing: 1 }
    const dry = await call('feed --dry-run', endingAs(runDetail({ kind: 'dry' }, counts), CHANGES))
    const live = await call(`feed --apply ${RUN.runId}`, endingAs(runDetail({}, counts), CHANGES))
    expect(dry.out.split('\n')).toEqual([
      '+ baru/new      products  P-8',
      '- hilang/gone   products  P-1',
      '~ ubah/change   products  P-7  name: "Susu" → "Kopi"',
      '~ ubah/change   products  P-7  price: 1 → 2',
      'Jumlah / totals',
      '  products  12 dilihat/seen, 1 baru/new, 1 berubah/changed, 10 sama/same, 1 hilang/gone',
    ])
    expect(live.out).toBe(dry.out)
    expect(dry.told).toContain(`npx lapak sync feed --apply ${RUN.runId}`)
    expect(live.told).not.toContain('--apply')
  })

  test('a plan says that its deletions will need approval', async () => {
    const plan = runDetail({ kind: 'dry' }, { missing: 57, deleted: 0 })
    const { out, told } = await call('feed --dry-run', endingAs(plan))
    expect(out).toContain('57 hilang/gone')
    expect(told).toContain('needs approval')
  })

  test('work that no plan knows is told apart from the result', async () => {
    const run = runDetail()
    const images = { ...run.passes[0], stream: 'images', seen: 9 } as RunDetail['passes'][number]
    const streams = [{ ...CONNECTION.streams[0], stream: 'images', direction: 'work' }]
    const { out, told } = await call('feed', {
      ...endingAs({ ...run, passes: [...run.passes, images] }),
      connections: async () => [{ ...CONNECTION, streams } as typeof CONNECTION],
    })
    expect(out).not.toContain('images')
    expect(told).toContain('images    9 dilihat/seen')
  })

  test('a plan without changes offers nothing to carry out', async () => {
    const nothing = runDetail({ kind: 'dry' }, { created: 0, updated: 0, unchanged: 3 })
    const { told } = await call('feed --dry-run', endingAs(nothing))
    expect(told).toContain('Nothing would change.')
    expect(told).not.toContain('--apply')
  })

  test('200 lines are shown, all when asked for, page by page', async () => {
    const many = Array.from({ length: 450 }, (_, index) => ({ ...CHANGES[0], externalId: `P-${index}` }))
    const listChanges: App['sync']['listChanges'] = async (_id, { cursor }) => {
      const start = Number(cursor ?? 0)
      const changes = many.slice(start, start + 100) as RunChange[]
      return { changes, nextCursor: start + 100 < many.length ? String(start + 100) : null }
    }
    const some = (await call('feed --dry-run', { listChanges })).out.split('\n')
    expect(some.filter((line) => line.startsWith('+'))).toHaveLength(200)
    expect(some[200]).toContain(`npx lapak sync changes ${RUN.runId} --all`)
    const all = (await call(`changes ${RUN.runId} --all`, { listChanges })).out.split('\n')
    expect(all).toHaveLength(450)
  })
})

describe('the other commands', () => {
  test('list shows what runs when and what needs somebody', async () => {
    const connections = async () => [
      {
        ...CONNECTION,
        paused: { by: 'cli:sari', at: '2026-11-21T00:00:00Z' },
        circuit: { openUntil: '2026-11-21T01:00:00Z', reason: '5 × HTTP 500' },
        alerts: [
          {
            id: RUN.runId,
            connection: 'feed',
            stream: 'products',
            kind: 'late' as const,
            detail: '2 h behind',
            openedAt: '2026-11-21T00:00:00Z',
          },
        ],
      },
    ]
    const { out } = await call('list', { connections })
    expect(out).toContain('feed  DIJEDA/PAUSED oleh/by cli:sari, 2026-11-21 07:00 WIB')
    expect(out).toContain('1 200 data/records')
    expect(out).toContain('! 1 ditolak/dead letters')
    expect(out).toContain('jadwal/schedule perubahan/changes: tiap/every 15 min · dijeda/paused')
    expect(out).toMatch(/! sumber .*until 2026-11-21 08:00 WIB: 5 × HTTP 500/)
    expect(out).toMatch(/! products: terlambat\/late .*2 h behind/)
  })

  test('runs, dead letters', async () => {
    expect((await call('runs feed products')).out).toContain(RUN.runId)
    const letters = await call('dead-letters feed')
    expect(letters.out).toContain(`${DEAD_LETTER.id}  feed/products  P-9  price_not_whole`)
    expect(letters.told).toContain('npx lapak sync replay feed')
  })

  test.each([
    ['pause feed', 'setPaused', ['feed', true, expect.stringMatching(/^cli:/)]],
    ['resume feed', 'setPaused', ['feed', false, expect.stringMatching(/^cli:/)]],
    ['schedule feed changes 15', 'setSchedule', ['feed', 'changes', 15]],
    ['schedule feed full off', 'setSchedule', ['feed', 'full', null]],
    ['discard x', 'discardDeadLetter', ['x', expect.stringMatching(/^cli:/)]],
    [
      'lock feed products P-7 name',
      'setFieldLock',
      [
        { connection: 'feed', stream: 'products', externalId: 'P-7', field: 'name' },
        true,
        expect.stringMatching(/^cli:/),
      ],
    ],
    [`approve ${RUN.runId}`, 'approve', [RUN.runId, expect.stringMatching(/^cli:/)]],
    [`cancel ${RUN.runId}`, 'cancel', [RUN.runId]],
    [
      'replay feed products',
      'request',
      [{ connection: 'feed', streams: ['products'], trigger: 'replay', kind: 'live', mode: 'replay' }],
    ],
  ])('%s', async (words, name, args) => {
    const { code, argsOf } = await call(words)
    expect(code).toBe(EXIT.ok)
    expect(argsOf(name)).toEqual([args])
  })

  test.each(['pause nobody', 'schedule nobody full 5'])('%s names the known connections', async (words) => {
    const { code, told } = await call(words)
    expect(code).toBe(EXIT.usage)
    expect(told).toContain('there is: feed')
  })

  test.each(['runs', 'dead-letters'])('%s of a name that is none is no empty list', async (word) => {
    const nothing = {
      listRuns: async () => ({ runs: [], nextCursor: null }),
      listDeadLetters: async () => ({ deadLetters: [], nextCursor: null }),
    }
    const slip = await call(`${word} fed`, nothing)
    expect([slip.code, slip.told]).toEqual([EXIT.usage, expect.stringContaining('did you mean: feed')])
    const stream = await call(`${word} feed product`, nothing)
    expect([stream.code, stream.told]).toEqual([EXIT.usage, expect.stringContaining('there is: products')])
    expect((await call(`${word} feed products`, nothing)).code).toBe(EXIT.ok)
  })

  test('a run in the history tells its time, what went, and why it stopped', async () => {
    const streams = [{ ...PASS, seen: 20, created: 0, updated: 0, deleted: 7, rejected: 0 }]
    const errors = [{ code: 'needs_approval', detail: '1983 of 20000 known records are missing' }]
    const run = { ...RUN, status: 'needs_approval' as const, streams, errors }
    const { out } = await call('runs', { listRuns: async () => ({ runs: [run], nextCursor: null }) })
    expect(out).toContain('needs approval  00:01  20 dilihat/seen')
    expect(out).toContain('7 hilang/gone')
    expect(out).toMatch(/needs_approval: 1983 of 20000 known records are missing$/)
  })

  test.each(['changes', 'cancel', 'approve', 'watch'])('%s of an unknown run', async (word) => {
    const { code, told } = await call(`${word} nothing`)
    expect(code).toBe(EXIT.usage)
    expect(told).toContain('there is no such run')
  })
})

test('a mistake in the words is a usage error', async () => {
  await expect(call('lock')).rejects.toBeInstanceOf(UsageError)
})
