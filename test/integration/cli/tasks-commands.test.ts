import { describe, expect, test } from 'vitest'
import { err, ok } from '#shared/result.ts'
import type { App } from '../../../src/app.ts'
import { EXIT, helpOf, UsageError } from '../../../src/cli/command.ts'
import { COMMANDS } from '../../../src/cli/commands.ts'
import { callTasks } from '../../../src/cli/tasks.ts'
import { TASK, tasksPort } from '../http/exits-port.ts'
import { recordingTerminal } from './scripted-sync.ts'

const NOW = new Date('2026-11-21T03:30:00.000Z')

/** Calls the command with these answers and returns its code with all that was written. */
async function call(words: readonly string[], overrides: Partial<App['tasks']> = {}) {
  const { terminal, out, told } = recordingTerminal()
  const app = { tasks: { ...tasksPort(), ...overrides } }
  const code = await callTasks(app, words, { terminal, now: NOW })
  return { code, out: out.join('\n'), told: told.join('\n') }
}

describe('list', () => {
  test.each([[[]], [['list']], [['--limit', '5']]])(
    '%j shows age, owner, matter, money and id',
    async (words) => {
      const { code, out, told } = await call(words)
      expect(code).toBe(EXIT.ok)
      expect(out).toBe(
        `3 jam/h       Anda/you  Uang harus dikembalikan dengan tangan  LP-7K2M9Q4XA0  Rp20.500\n    Money has to be paid back by hand  ·  ${TASK.id}`,
      )
      expect(told).toContain('npx lapak tasks show <id>')
    },
  )

  test('none are said to be none', async () => {
    const { out, told } = await call([], { list: async () => ({ tasks: [], nextCursor: null }) })
    expect([out, told]).toEqual(['', 'Tidak ada yang menunggu orang. Nothing waits for a person.'])
  })

  test('is asked for page by page', async () => {
    const asked: unknown[] = []
    const list: App['tasks']['list'] = async (query) => {
      asked.push(query)
      return { tasks: [TASK, TASK], nextCursor: 'next' }
    }
    const { told } = await call(['--limit', '4'], { list })
    expect(asked).toEqual([{ limit: 4 }, { limit: 2, cursor: 'next' }])
    expect(told).toContain('there is more')
  })
})

describe('show', () => {
  test('says what to do next and how to decide', async () => {
    const { code, out, told } = await call(['show', TASK.id])
    expect(code).toBe(EXIT.ok)
    expect(out).toContain('→ Transfer, lalu catat.')
    expect(out).toContain(`npx lapak tasks decide ${TASK.id} paid --note …`)
    expect(told).toContain(`tasks account ${TASK.id}`)
  })

  test('of a task that is gone says so', async () => {
    expect(await call(['show', 'overdue:x'])).toMatchObject({ code: EXIT.usage, out: '' })
  })
})

describe('decide', () => {
  test('carries out what was written, by whom', async () => {
    const asked: unknown[] = []
    const decide: App['tasks']['decide'] = async (...given) => {
      asked.push(given)
      return ok(undefined)
    }
    const { code, told } = await call(['decide', TASK.id, 'paid', '--note', 'BCA 21/11 ref 8812'], { decide })
    expect([code, told]).toEqual([EXIT.ok, '✓ Sudah dicatat. It is done and on record.'])
    expect(asked).toEqual([
      [TASK.id, { action: 'paid', values: { note: 'BCA 21/11 ref 8812' } }, expect.stringMatching(/^cli:./)],
    ])
  })

  test.each([
    ['not_found', EXIT.usage],
    ['not_allowed', EXIT.failed],
    ['invalid_request', EXIT.usage],
  ] as const)('refused with %s ends with code %i and says why', async (code, exit) => {
    const answer = await call(['decide', TASK.id, 'paid'], {
      decide: async () => err({ code, detail: 'why' }),
    })
    expect(answer).toMatchObject({ code: exit, told: expect.stringContaining('why') })
  })

  test.each([
    [['decide']],
    [['decide', TASK.id]],
    [['decide', TASK.id, '--note', 'x']],
    [['decide', TASK.id, 'paid', 'x']],
    [['decide', TASK.id, 'paid', '--note']],
    [['decide', TASK.id, 'paid', '--note', 'a', '--note', 'b']],
  ])('%j is not understood', async (words) => {
    await expect(call(words)).rejects.toBeInstanceOf(UsageError)
  })
})

describe('refund', () => {
  test('gives back what was written', async () => {
    const { code, told } = await call(['refund', 'LP-7K2M9Q4XA0', '--reason', 'rusak', '--amount', '5000'])
    expect(code).toBe(EXIT.ok)
    expect(told).toContain('Rp5.000')
  })

  test('says what is left when it is too much', async () => {
    const words = ['refund', 'LP-7K2M9Q4XA0', '--reason', 'rusak', '--amount', '50000']
    expect(await call(words)).toMatchObject({ code: EXIT.failed, told: expect.stringContaining('Rp20500') })
  })

  test.each([
    [['refund', 'LP-7K2M9Q4XA0']],
    [['refund', 'LP-7K2M9Q4XA0', '--reason', 'x', '--amount', '5k']],
    [['refund', 'LP-7K2M9Q4XA0', '--reason', 'x', '--all', '1']],
  ])('%j is not understood', async (words) => {
    await expect(call(words)).rejects.toBeInstanceOf(UsageError)
  })
})

test('the account of a refund is shown, or that there is none yet', async () => {
  expect(await call(['account', TASK.id])).toMatchObject({ code: EXIT.ok, out: 'BCA  1234567890  Sari Dewi' })
  expect(await call(['account', 'refund_manual:x'])).toMatchObject({ code: EXIT.failed, out: '' })
})

test('the help names every form, an unknown one the closest', async () => {
  const command = COMMANDS.find(({ name }) => name === 'tasks')
  expect(command && helpOf(command)).toContain('tasks decide <id> <action>')
  await expect(call(['lists'])).rejects.toThrow('tasks list')
})
