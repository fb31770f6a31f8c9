import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noEarlierRuns, sweepDeadlines } from '#orders'
import { countOpenTasks, type Task } from '#reports'
import { checkInvariants } from '../../support/invariants.ts'
import { queryAs } from '../../support/test-database.ts'
import { setCorrectionStage, type CorrectionStage, type PaidLine } from '../orders/correction-stage.ts'

let stage: CorrectionStage

beforeAll(async () => {
  stage = await setCorrectionStage()
}, 60_000)
afterAll(async () => {
  expect(await checkInvariants(stage.shop.database.url)).toEqual([])
  await stage.shop.stop()
})

const tasks = () => stage.shop.app.tasks
const rows = <Row extends Record<string, unknown>>(text: string, values: unknown[] = []) =>
  queryAs<Row>(stage.shop.database.url, text, values)

/** The task about an order, and how many of its kind there are. */
async function taskOf(line: PaidLine): Promise<Task | undefined> {
  const { tasks: open } = await tasks().list({ limit: 200 })
  return open.find((task) => task.orderNumber === line.order.orderNumber)
}

async function countOf(kind: string): Promise<number> {
  return (await countOpenTasks(stage.shop.shop.db)).find((task) => task.kind === kind)?.count ?? 0
}

/** A line whose purchase was sent, and of which nobody knows what became. */
async function unknownLine(): Promise<PaidLine> {
  const line = await stage.openLine()
  const [purchase] = await stage.purchases(line)
  const sent = `update supplier_purchases set state = 'MANUAL', sent_at = now(), failure_code = 'not_found',
    failure_text = 'not in the list', next_check_at = now() + interval '1 hour' where id = $1`
  await rows(sent, [purchase?.id])
  const moves = ['INTENT', 'IN_FLIGHT', 'UNKNOWN', 'MANUAL']
  for (const [index, to] of moves.entries())
    if (index > 0)
      await rows(
        `insert into purchase_history (id, purchase_id, from_state, to_state) values (gen_random_uuid(), $1, $2, $3)`,
        [purchase?.id, moves[index - 1], to],
      )
  return line
}

describe('a purchase whose outcome a person looks up', () => {
  test('is listed with all that is known, and delivered as decided, once', async () => {
    const line = await unknownLine()
    const task = await taskOf(line)
    expect(task).toMatchObject({
      kind: 'purchase_manual',
      amount: line.order.total,
      owner: 'staff',
      detail: expect.stringContaining(line.target),
    })
    expect(await countOf('purchase_manual')).toBe(1)
    const id = task?.id ?? ''
    const arrived = { action: 'delivered', values: { supplierRef: 'TRX-1', price: '20000' } }
    expect(await tasks().decide(id, { ...arrived, values: {} }, 'test')).toMatchObject({
      ok: false,
      error: { code: 'invalid_request', detail: expect.stringContaining('supplierRef, price') },
    })
    expect(
      await tasks().decide(id, { ...arrived, values: { supplierRef: 'TRX-1', price: '20k' } }, 'test'),
    ).toMatchObject({ ok: false, error: { code: 'invalid_request' } })
    expect(await tasks().decide(id, { action: 'paid', values: {} }, 'test')).toMatchObject({
      ok: false,
      error: { code: 'not_allowed' },
    })
    const [first, second] = await Promise.all([
      tasks().decide(id, arrived, 'test:one'),
      tasks().decide(id, arrived, 'test:two'),
    ])
    expect([first.ok, second.ok].filter(Boolean)).toHaveLength(1)
    await stage.work(line)
    expect(await stage.lineOf(line)).toMatchObject({ state: 'DELIVERED' })
    expect(await tasks().find(id)).toBeUndefined()
    expect(await tasks().decide(id, arrived, 'test')).toMatchObject({
      ok: false,
      error: { code: 'not_found' },
    })
    const history = await rows<{ reason: string }>(
      `select reason from purchase_history where to_state = 'SUCCEEDED' and purchase_id = $1`,
      [id.split(':')[1]],
    )
    expect(history[0]?.reason).toMatch(/^decided by test:/)
  })

  test('failed: the money goes back', async () => {
    const line = await unknownLine()
    const task = await taskOf(line)
    expect(await tasks().decide(task?.id ?? '', { action: 'failed', values: {} }, 'test')).toEqual({
      ok: true,
      value: undefined,
    })
    await stage.work(line)
    expect(await stage.lineOf(line)).toMatchObject({ state: 'FAILED', failure_code: 'decided' })
    expect(await stage.refunds(line)).toMatchObject([{ amount: line.order.total }])
  })
})

describe('a refund that a person pays', () => {
  test('asks the buyer for an account, shows it on record, and is closed with its proof', async () => {
    const line = await stage.refusedLine()
    await stage.decline(line)
    await rows(`update refunds set state = 'MANUAL', next_try_at = null where line_id = $1`, [line.lineId])
    const waiting = await taskOf(line)
    expect(waiting).toMatchObject({ kind: 'refund_manual', owner: 'buyer', amount: line.order.total })
    const id = waiting?.id ?? ''
    expect(await tasks().account(id, 'test')).toBeUndefined()
    const { orders } = stage.shop.app
    const account = { bank: 'BCA', number: '123 456 7890', holder: 'Sari Dewi' }
    expect(await orders.track(line.order.trackingToken)).toMatchObject({
      payment: { refund: { needsAccount: true } },
    })
    expect(await orders.setRefundAccount(line.order.trackingToken, account)).toMatchObject({
      ok: true,
      value: { payment: { refund: { needsAccount: false, account: 'BCA ··· 7890' } } },
    })
    expect(await taskOf(line)).toMatchObject({
      owner: 'staff',
      detail: expect.stringContaining('BCA ··· 7890'),
    })
    expect(await tasks().account(id, 'test')).toEqual({ ...account, number: '1234567890' })
    expect(await rows('select actor from refund_account_reveals')).toEqual([{ actor: 'test' }])
    const paid = { action: 'paid', values: { note: 'BCA 21/11 ref 8812' } }
    const decided = await Promise.all([tasks().decide(id, paid, 'test'), tasks().decide(id, paid, 'test')])
    expect(decided.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await orders.track(line.order.trackingToken)).toMatchObject({
      status: 'REFUNDED',
      payment: { refund: { state: 'done' } },
    })
    const [kept] = await rows<{ detail: string }>('select detail from refunds where line_id = $1', [
      line.lineId,
    ])
    expect(kept?.detail).toBe('test: BCA 21/11 ref 8812')
  })
})

describe('what outstays its deadline', () => {
  const earlier = noEarlierRuns()
  const sweep = () => sweepDeadlines(stage.shop.shop, earlier)
  const stuckFor = (line: PaidLine, interval: string) =>
    rows('update order_lines set updated_at = now() - $2::interval where id = $1', [line.lineId, interval])

  test('is tried again by a person, and the task closes when it moved on', async () => {
    const line = await stage.openLine()
    await stuckFor(line, '27 hours')
    await sweep()
    const task = await taskOf(line)
    expect(task).toMatchObject({ kind: 'overdue', owner: 'supplier', amount: line.order.total })
    const id = task?.id ?? ''
    expect(await tasks().decide(id, { action: 'refund', values: {} }, 'test')).toMatchObject({
      ok: false,
      error: { code: 'not_allowed', detail: expect.stringContaining('line_open') },
    })
    expect(await stage.refunds(line)).toEqual([])
    expect(await tasks().decide(id, { action: 'retry', values: {} }, 'test')).toMatchObject({ ok: true })
    await stage.work(line)
    await sweep()
    expect(await tasks().find(id)).toBeUndefined()
  })

  test('is ended with its money back once nothing can arrive, under the name of who decided', async () => {
    const line = await stage.openLine()
    await rows(
      `update supplier_purchases set state = 'NOT_PLACED', failure_code = 'waited_too_long', next_check_at = null where line_id = $1`,
      [line.lineId],
    )
    await rows(
      `insert into purchase_history (id, purchase_id, from_state, to_state) select gen_random_uuid(), id, 'INTENT', 'NOT_PLACED'
        from supplier_purchases where line_id = $1`,
      [line.lineId],
    )
    await rows(
      `insert into escalations (id, subject, subject_id, order_id, stuck_in, owner, deadline)
        select gen_random_uuid(), 'line', id, order_id, 'PROCESSING', 'shop', now() from order_lines where id = $1`,
      [line.lineId],
    )
    const task = await taskOf(line)
    const refund = { action: 'refund', values: {} }
    const decided = await Promise.all([1, 2].map(() => tasks().decide(task?.id ?? '', refund, 'test:dewi')))
    expect(decided.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await stage.refunds(line)).toMatchObject([{ amount: line.order.total }])
    const [move] = await rows<{ actor: string }>(
      `select actor from order_history where line_id = $1 and to_state = 'FAILED'`,
      [line.lineId],
    )
    expect(move?.actor).toBe('test:dewi')
    await sweep()
  })
})

test('an order that waits for its buyer is not called stuck', async () => {
  const line = await stage.refusedLine()
  await rows(`update orders set paid_at = now() - interval '3 hours' where number = $1`, [
    line.order.orderNumber,
  ])
  expect(await countOf('order_stuck')).toBe(0)
  await stage.decline(line)
})
