import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endCorrection } from '../../../src/orders/end-correction.ts'
import { giveRefund } from '../../../src/orders/give-refund.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { queryAs } from '../../support/test-database.ts'
import { setCorrectionStage, type CorrectionStage, type PaidLine } from './correction-stage.ts'

let stage: CorrectionStage

beforeAll(async () => {
  stage = await setCorrectionStage()
}, 60_000)
afterAll(async () => {
  expect(await checkInvariants(stage.shop.database.url)).toEqual([])
  await stage.shop.stop()
})

const track = (line: PaidLine) => stage.shop.app.orders.track(line.order.trackingToken)
const overdue = (line: PaidLine) =>
  queryAs(
    stage.shop.database.url,
    `update order_lines set correct_until = now() - interval '1 second' where id = $1`,
    [line.lineId],
  )

async function payBack(line: PaidLine): Promise<void> {
  const refunds = await queryAs<{ id: string }>(
    stage.shop.database.url,
    'select id from refunds where line_id = $1',
    [line.lineId],
  )
  for (const { id } of refunds) await giveRefund(stage.shop.shop, id)
}

describe('a target that the supplier refused', () => {
  test('is asked for again, corrected and delivered, once', async () => {
    const line = await stage.refusedLine()
    const asked = await track(line)
    expect(asked).toMatchObject({
      status: 'PROCESSING',
      lines: [
        {
          status: 'NEEDS_INPUT',
          position: 1,
          correction: {
            input: { user_id: line.target },
            fields: [{ name: 'user_id' }, { name: 'zone_id' }],
            why: expect.stringContaining('ditolak'),
            whyEn: expect.stringContaining('refused'),
          },
        },
      ],
    })
    const right = stage.newTarget()
    const corrected = await stage.correct(line, right)
    expect(corrected).toMatchObject({ ok: true, value: { lines: [{ status: 'PROCESSING' }] } })
    expect(corrected.ok && corrected.value.lines[0]?.correction).toBeFalsy()
    await stage.work(line)
    expect(await track(line)).toMatchObject({
      status: 'SUCCESS',
      lines: [
        { status: 'DELIVERED', input: [{ value: right }, { value: '2685' }], delivery: { kind: 'topup' } },
      ],
    })
    expect(await stage.bought(right)).toBe(1)
    expect(await stage.bought(line.target)).toBe(0)
    const kept = await queryAs(
      stage.shop.database.url,
      `select number, old_shown -> 0 ->> 'value' as old, new_shown -> 0 ->> 'value' as new from line_corrections where line_id = $1`,
      [line.lineId],
    )
    expect(kept).toEqual([{ number: 1, old: line.target, new: right }])
  })

  test('is told once per question', async () => {
    const line = await stage.refusedLine()
    const again = stage.newTarget()
    await stage.refuse(again)
    await stage.correct(line, again)
    await stage.work(line)
    await stage.work(line)
    const events = await queryAs<{ key: string }>(
      stage.shop.database.url,
      `select key from outbox_events where kind = 'line.needs_input' and line_id = $1 order by key`,
      [line.lineId],
    )
    expect(events.map(({ key }) => key.split(':').at(-1))).toEqual(['0', '1'])
  })

  test('may be corrected three times, then the money goes back', async () => {
    const line = await stage.refusedLine()
    for (let turn = 0; turn < 3; turn += 1) {
      const target = stage.newTarget()
      await stage.refuse(target)
      expect(await stage.correct(line, target)).toMatchObject({ ok: true })
      await stage.work(line)
    }
    expect(await stage.lineOf(line)).toEqual({ state: 'FAILED', corrections: 3, failure_code: 'target' })
    expect(await stage.refunds(line)).toMatchObject([{ amount: line.order.total }])
    expect(await track(line)).toMatchObject({
      status: 'FAILED',
      lines: [{ failure: expect.stringContaining('Dana'), failureEn: expect.stringContaining('money') }],
    })
  })

  test.each([
    ['nothing', {}],
    ['letters', { user_id: 'abc', zone_id: '2685' }],
    ['a field too many', { user_id: '123456789', zone_id: '2685', server: '1' }],
  ])('corrected with %s: says what is wrong, and still waits', async (_, input) => {
    const line = await stage.refusedLine()
    const refused = await stage.shop.app.orders.correctInput(line.order.trackingToken, 1, input)
    expect(refused).toMatchObject({ ok: false, error: { code: 'invalid_request' } })
    expect(await stage.lineOf(line)).toMatchObject({ state: 'NEEDS_INPUT', corrections: 0 })
    await stage.decline(line)
  })

  test('corrected with what was refused: says so', async () => {
    const line = await stage.refusedLine()
    expect(await stage.correct(line, line.target)).toMatchObject({
      ok: false,
      error: { code: 'invalid_request', errors: [{ code: 'input_unchanged' }] },
    })
    await stage.decline(line)
  })

  test('corrected twice with the same: the second changes nothing', async () => {
    const line = await stage.refusedLine()
    const right = stage.newTarget()
    await stage.correct(line, right)
    expect(await stage.correct(line, right)).toMatchObject({ ok: true })
    expect(await stage.lineOf(line)).toMatchObject({ corrections: 1 })
    await stage.work(line)
    expect(await stage.bought(right)).toBe(1)
  })

  test('declined: the money goes back once, however often it is declined', async () => {
    const line = await stage.refusedLine()
    expect(await stage.decline(line)).toMatchObject({ ok: true, value: { status: 'FAILED' } })
    expect(await stage.decline(line)).toMatchObject({ ok: true })
    await payBack(line)
    expect(await stage.decline(line)).toMatchObject({ ok: true, value: { status: 'REFUNDED' } })
    expect(await stage.refunds(line)).toEqual([{ amount: line.order.total, state: 'DONE' }])
    expect(await stage.correct(line, stage.newTarget())).toMatchObject({
      ok: false,
      error: { code: 'not_correctable' },
    })
  })

  test('not corrected in time: the money goes back, and no correction is taken any more', async () => {
    const line = await stage.refusedLine()
    expect(await endCorrection(stage.shop.shop, line.lineId)).toBe(false)
    await overdue(line)
    expect(await stage.correct(line, stage.newTarget())).toMatchObject({
      ok: false,
      error: { code: 'not_correctable' },
    })
    expect(await endCorrection(stage.shop.shop, line.lineId)).toBe(true)
    expect(await endCorrection(stage.shop.shop, line.lineId)).toBe(false)
    expect(await stage.lineOf(line)).toMatchObject({ state: 'FAILED', failure_code: 'correction_overdue' })
    expect(await stage.refunds(line)).toMatchObject([{ amount: line.order.total }])
  })

  test('whose money a bank took back meanwhile: nothing is bought with it', async () => {
    const line = await stage.refusedLine()
    const right = stage.newTarget()
    await stage.correct(line, right)
    await queryAs(stage.shop.database.url, `update payments set state = 'CHARGEBACK' where reference = $1`, [
      line.order.payment.reference,
    ])
    await stage.work(line)
    expect(await stage.bought(right)).toBe(0)
    await queryAs(stage.shop.database.url, `update payments set state = 'PAID' where reference = $1`, [
      line.order.payment.reference,
    ])
  })
})

describe('a stranger', () => {
  test('can neither correct nor decline, and a line that does not exist is not found', async () => {
    const line = await stage.refusedLine()
    const { orders } = stage.shop.app
    const foreign = 'A'.repeat(27)
    const missing = { ok: false, error: { code: 'not_found' } }
    expect(await orders.correctInput(foreign, 1, {})).toEqual(missing)
    expect(await orders.declineCorrection(foreign, 1)).toEqual(missing)
    expect(await orders.declineCorrection(line.order.trackingToken, 2)).toEqual(missing)
    await stage.decline(line)
  })
})

describe('a line that nobody was asked for yet', () => {
  async function unsentSince(line: PaidLine, interval: string): Promise<void> {
    await queryAs(
      stage.shop.database.url,
      'update order_lines set updated_at = now() - $2::interval where id = $1',
      [line.lineId, interval],
    )
  }

  test('may be corrected, and is bought for the right target only', async () => {
    const line = await stage.openLine()
    expect((await track(line))?.lines[0]?.correction).toBeUndefined()
    await unsentSince(line, '5 minutes')
    expect((await track(line))?.lines[0]?.correction).toMatchObject({
      input: { user_id: line.target },
      whyEn: expect.stringContaining('mistake'),
    })
    const right = stage.newTarget()
    expect(await stage.correct(line, right)).toMatchObject({ ok: true })
    await stage.work(line)
    expect(await stage.lineOf(line)).toMatchObject({ state: 'DELIVERED', corrections: 1 })
    expect([await stage.bought(line.target), await stage.bought(right)]).toEqual([0, 1])
    expect(await stage.purchases(line)).toMatchObject([
      { state: 'NOT_PLACED', failure_code: 'corrected', target_no: line.target },
      { state: 'SUCCEEDED', target_no: right },
    ])
  })

  test('is not correctable once it was bought', async () => {
    const line = await stage.openLine()
    await stage.work(line)
    expect(await stage.correct(line, stage.newTarget())).toMatchObject({
      ok: false,
      error: { code: 'not_correctable' },
    })
    expect(await stage.bought(line.target)).toBe(1)
  })

  test('keeps what was refused as it was: a mistake in the correction takes nothing back', async () => {
    const line = await stage.openLine()
    expect(await stage.correct(line, line.target)).toMatchObject({ ok: false })
    expect(await stage.purchases(line)).toMatchObject([{ state: 'INTENT' }])
    await stage.work(line)
    expect(await stage.bought(line.target)).toBe(1)
  })
})
