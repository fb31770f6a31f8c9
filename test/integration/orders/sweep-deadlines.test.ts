import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEADLINES, noEarlierRuns, RESTING_STATES, sweepDeadlines, type Deadline } from '#orders'
import { listTasks, type Task } from '#reports'
import { queryAs } from '../../support/test-database.ts'
import { setCorrectionStage, type CorrectionStage, type PaidLine } from './correction-stage.ts'
import { writeOverdueRow } from './overdue-rows.ts'

let stage: CorrectionStage
let line: PaidLine

beforeAll(async () => {
  stage = await setCorrectionStage()
  line = await stage.openLine()
  // A process that looks all the time: what is past its grace had its chance long ago.
  await sweep()
  await sweep()
}, 60_000)
afterAll(() => stage.shop.stop())

const TABLES: Readonly<Record<Deadline['subject'], string>> = {
  order: 'orders',
  line: 'order_lines',
  payment: 'payments',
  purchase: 'supplier_purchases',
  invite: 'invites',
  refund: 'refunds',
  payment_exception: 'payment_exceptions',
  inbox: 'webhook_inbox',
  message: 'messages',
}

async function rows<Row extends Record<string, unknown>>(
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  return await queryAs<Row>(stage.shop.database.url, text, values)
}

async function stateOf(subject: Deadline['subject'], id: string): Promise<string> {
  const [row] = await rows<{ state: string }>(`select state from ${TABLES[subject]} where id = $1`, [id])
  return row?.state ?? 'gone'
}

async function allTasks(): Promise<Task[]> {
  const tasks: Task[] = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await listTasks(stage.shop.shop.db, {
      limit: 7,
      ...(cursor === undefined ? {} : { cursor }),
    })
    tasks.push(...page.tasks)
    cursor = page.nextCursor
  }
  return tasks
}

/** The task that shows a row: its own, or the one about its deadline. */
async function taskOf(deadline: Deadline, id: string): Promise<Task | undefined> {
  const [escalation] = await rows<{ id: string }>(
    'select id from escalations where subject = $1 and subject_id = $2 and resolved_at is null',
    [deadline.subject, id],
  )
  const wanted = deadline.isListed ? id : escalation?.id
  return (await allTasks()).find((task) => task.id.endsWith(`:${wanted}`))
}

async function isOverdue({ subject, state, variant }: Deadline, id: string): Promise<boolean> {
  const found = await rows(
    'select 1 from overdue where subject = $1 and id = $2 and state = $3 and variant = $4',
    [subject, id, state, variant],
  )
  return found.length > 0
}

const earlier = noEarlierRuns()
const sweep = () => sweepDeadlines(stage.shop.shop, earlier)
const nameOf = ({ subject, state, variant }: Deadline) => [subject, state, variant].filter(Boolean).join(' ')

describe('what outstays its deadline and its grace', () => {
  test.each(DEADLINES.map((deadline) => [nameOf(deadline), deadline] as const))(
    '%s: comes to an end by itself, or a person sees it',
    async (_, deadline) => {
      const id = await writeOverdueRow(stage.shop.database.url, deadline, line)
      expect(await isOverdue(deadline, id), 'the view finds it').toBe(true)
      await sweep()
      const task = await taskOf(deadline, id)
      const state = await stateOf(deadline.subject, id)
      const isOver = (RESTING_STATES[deadline.subject] as readonly string[]).includes(state)
      // What had no next look planned has one now, and its usual deadline.
      const goesOn = deadline.variant === 'unplanned' && !(await isOverdue(deadline, id))
      expect(isOver || goesOn || task !== undefined, `it is ${state}, and nobody sees it`).toBe(true)
      if (task !== undefined) expect([task.title, task.titleEn, task.todo, task.todoEn]).not.toContain('')
      await sweep()
      expect((await taskOf(deadline, id))?.id, 'one task, however often it is swept').toBe(task?.id)
      await rows('update escalations set resolved_at = now() where resolved_at is null')
      await remove(deadline, id)
    },
  )

  /** Out of the way of the next: what it left behind in the books stays. */
  async function remove({ subject }: Deadline, id: string): Promise<void> {
    if (subject === 'message') return void (await rows('delete from messages where id = $1', [id]))
    const until = subject === 'line' ? ', correct_until = null' : ''
    const resting = RESTING_STATES[subject][0]
    await rows(`update ${TABLES[subject]} set state = $2 ${until} where id = $1`, [id, resting])
    if (subject === 'line')
      await rows(
        `update orders set state = 'FAILED' where id = (select order_id from order_lines where id = $1)`,
        [id],
      )
  }
})

describe('before its deadline', () => {
  test('nothing is tried, and nobody is bothered', async () => {
    await stage.openLine()
    await stage.refusedLine()
    expect(await sweep()).toMatchObject({ tried: 0, opened: 0 })
  })
})

describe('in its grace', () => {
  test('a paid line whose job was lost is started again', async () => {
    const lost = await stage.openLine()
    await stage.work(lost)
    // The job that was to settle it never came; it is as if it had just been bought.
    const idle = await stage.openLine()
    await rows(
      `update supplier_purchases set state = 'NOT_PLACED', failure_code = 'target' where line_id = $1`,
      [idle.lineId],
    )
    await rows(`update order_lines set updated_at = now() - interval '6 minutes' where id = $1`, [
      idle.lineId,
    ])
    expect(await sweep()).toMatchObject({ tried: 1, opened: 0 })
    expect(await stage.lineOf(idle)).toMatchObject({ state: 'NEEDS_INPUT' })
  })

  test('a line whose buyer never answered is paid back without anybody’s help', async () => {
    const asked = await stage.refusedLine()
    await rows(`update order_lines set correct_until = now() - interval '1 second' where id = $1`, [
      asked.lineId,
    ])
    expect(await sweep()).toMatchObject({ tried: 1, opened: 0 })
    expect(await stage.lineOf(asked)).toMatchObject({ state: 'FAILED', failure_code: 'correction_overdue' })
    expect(await stage.refunds(asked)).toMatchObject([{ amount: asked.order.total }])
  })

  test.each(['IN_FLIGHT', 'UNKNOWN', 'ACCEPTED', 'MANUAL'])(
    'nothing is paid back while a purchase is %s',
    async (state) => {
      const open = await stage.openLine()
      await rows(
        `update supplier_purchases set state = $2, sent_at = now(), next_check_at = now() + interval '1 hour' where line_id = $1`,
        [open.lineId, state],
      )
      await rows(
        `update order_lines set state = 'NEEDS_INPUT', correct_until = now() - interval '1 minute' where id = $1`,
        [open.lineId],
      )
      await sweep()
      expect(await stage.refunds(open)).toEqual([])
      expect(await stage.lineOf(open)).toMatchObject({ state: 'NEEDS_INPUT' })
      await rows(`update order_lines set state = 'PROCESSING', correct_until = null where id = $1`, [
        open.lineId,
      ])
    },
  )
})

describe('after a long stop', () => {
  const PLACES = 25
  const STOPPED: Deadline = {
    subject: 'refund',
    state: 'REQUESTED',
    variant: '',
    lasts: '15 minutes',
    grace: '30 minutes',
    owner: 'shop',
    exit: 'retry',
    isListed: false,
  }

  async function openTasks(ids: readonly string[]): Promise<string[]> {
    const found = await rows<{ id: string }>(
      `select subject_id as id from escalations where subject_id = any ($1::uuid[]) and resolved_at is null`,
      [ids],
    )
    return found.map(({ id }) => id)
  }

  async function writeRefunds(count: number): Promise<string[]> {
    const ids: string[] = []
    for (let place = 0; place < count; place += 1) {
      const id = await writeOverdueRow(stage.shop.database.url, STOPPED, line)
      await rows(`update refunds set created_at = created_at + make_interval(secs => $2) where id = $1`, [
        id,
        place,
      ])
      ids.push(id)
    }
    return ids
  }

  const end = (ids: readonly string[]) =>
    rows(`update refunds set state = 'DONE' where id = any ($1::uuid[])`, [ids])

  test('nobody is bothered with what moves once it was tried, and with what had no room yet', async () => {
    const ids = await writeRefunds(PLACES + 3)
    const first = noEarlierRuns()
    const other = noEarlierRuns()
    expect(await sweepDeadlines(stage.shop.shop, first)).toMatchObject({ opened: 0, tried: PLACES })
    expect(await sweepDeadlines(stage.shop.shop, other), 'a process that begins').toMatchObject({ opened: 0 })
    await end(ids.slice(0, PLACES - 1))
    expect(await sweepDeadlines(stage.shop.shop, first)).toMatchObject({ opened: 1, tried: 3 })
    expect(await openTasks(ids), 'tried a run ago, and still there').toEqual([ids[PLACES - 1]])
    expect(await sweepDeadlines(stage.shop.shop, first)).toMatchObject({ opened: 3 })
    await end(ids)
    await sweep()
  })

  test('what only a person can move is a task at once', async () => {
    const stuck = await stage.openLine()
    await rows(`update order_lines set updated_at = now() - interval '27 hours' where id = $1`, [
      stuck.lineId,
    ])
    await sweepDeadlines(stage.shop.shop, noEarlierRuns())
    expect(await openTasks([stuck.lineId])).toEqual([stuck.lineId])
    await rows('update order_lines set updated_at = now() where id = $1', [stuck.lineId])
    await sweep()
  })

  test('nothing waits for room longer than two minutes, however long the tries take', async () => {
    const ids = await writeRefunds(PLACES + 1)
    const runs = noEarlierRuns()
    await sweepDeadlines(stage.shop.shop, runs)
    runs.last = new Date((runs.last?.getTime() ?? 0) - 121_000)
    expect(await sweepDeadlines(stage.shop.shop, runs)).toMatchObject({ opened: ids.length })
    await end(ids)
    await sweep()
  })
})

describe('a task about a deadline', () => {
  test('closes by itself once its row moves on, and opens anew when it is stuck again', async () => {
    const stuck = await stage.openLine()
    const age = `update order_lines set updated_at = now() - interval '27 hours' where id = $1`
    await rows(age, [stuck.lineId])
    expect(await sweep()).toMatchObject({ opened: 1 })
    await rows('update order_lines set updated_at = now() where id = $1', [stuck.lineId])
    expect(await sweep()).toMatchObject({ opened: 0, resolved: 1 })
    await rows(age, [stuck.lineId])
    expect(await sweep()).toMatchObject({ opened: 1, resolved: 0 })
    await rows('update order_lines set updated_at = now() where id = $1', [stuck.lineId])
    await sweep()
  })

  test('two sweeps at once open one', async () => {
    const stuck = await stage.openLine()
    await rows(`update order_lines set updated_at = now() - interval '27 hours' where id = $1`, [
      stuck.lineId,
    ])
    const swept = await Promise.all([sweep(), sweep(), sweep()])
    expect(swept.reduce((sum, { opened }) => sum + opened, 0)).toBe(1)
    await rows('update order_lines set updated_at = now() where id = $1', [stuck.lineId])
    await sweep()
  })
})
