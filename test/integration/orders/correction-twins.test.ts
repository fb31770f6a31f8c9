import { afterAll, beforeAll, expect, test } from 'vitest'
import { sendPurchase } from '#fulfilment'
import { correctInput } from '../../../src/orders/correct-input.ts'
import { meetingOf, unguarded } from '../../support/unguarded.ts'
import { decidersOf, endTime, harmOf } from './correction-race.ts'
import { setCorrectionStage, type CorrectionStage } from './correction-stage.ts'

/** The races of correction-races.test.ts without the guard that decides them: each has to go wrong. */
let stage: CorrectionStage
const { correct, decline, end } = decidersOf(() => stage)

beforeAll(async () => {
  stage = await setCorrectionStage()
}, 60_000)
afterAll(() => stage.shop.stop())

test('without the order’s lock a correction and a decline both count', async () => {
  const line = await stage.refusedLine()
  const meeting = meetingOf(2)
  await Promise.allSettled([
    correct(line, stage.newTarget(), { after: 'orders_input_fields', meeting }),
    decline(line, { after: 'purchase_slots', meeting }),
  ])
  expect(await harmOf(stage, line)).toBe('bought and paid back')
})

test('without the order’s lock a correction and the end of its time both count', async () => {
  const line = await stage.refusedLine()
  const meeting = meetingOf(2)
  const correcting = correct(line, stage.newTarget(), { after: 'orders_correction_over', meeting })
  // The correction has seen that there is time left, or will see that there is none: then this proves nothing.
  await expect.poll(() => meeting.arrived()).toBe(1)
  await endTime(stage, line)
  await Promise.allSettled([correcting, end(line, { after: 'purchase_slots', meeting })])
  expect(await harmOf(stage, line)).toBe('bought and paid back')
})

test('without the order’s lock two corrections meet the rule that a unit has one live attempt', async () => {
  const line = await stage.refusedLine()
  const twin = { after: 'orders_correction_over', meeting: meetingOf(2) }
  const targets = [stage.newTarget(), stage.newTarget()]
  const corrected = await Promise.allSettled(targets.map((target) => correct(line, target, twin)))
  expect(corrected.filter(({ status }) => status === 'rejected')).toHaveLength(1)
  expect(await stage.lineOf(line)).toMatchObject({ corrections: 1 })
})

test('without a look at the state of an intent both targets are bought', async () => {
  const line = await stage.openLine()
  const [purchase] = await stage.purchases(line)
  const right = stage.newTarget()
  const meeting = meetingOf(2)
  const { shop } = stage.shop
  const blind = {
    find: 'where id = $1 and state = $2 and fence = $4',
    replace: 'where id = $1 and $2::text is not null and $4 >= 0',
  }
  const twin = unguarded(shop.db, [blind], { after: 'purchase_newest_attempts', meeting })
  const input = { user_id: right, zone_id: '2685' }
  const correcting = correctInput({ ...shop, db: twin.db }, line.order.trackingToken, 1, input)
  await sendPurchase(shop, purchase?.id ?? '')
  await meeting.arrive()
  await correcting
  expect(twin.met.size).toBe(1)
  await stage.work(line)
  expect([await stage.bought(line.target), await stage.bought(right)]).toEqual([1, 1])
})
