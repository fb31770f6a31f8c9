import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { sendPurchase } from '#fulfilment'
import { correctInput } from '../../../src/orders/correct-input.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { meetingOf, unguarded } from '../../support/unguarded.ts'
import { decidersOf, endTime, harmOf } from './correction-race.ts'
import { setCorrectionStage, type CorrectionStage } from './correction-stage.ts'

/** Two who decide about one line at the same moment. The same without their guards: correction-twins.test.ts. */
let stage: CorrectionStage
const { correct, decline, end } = decidersOf(() => stage)

beforeAll(async () => {
  stage = await setCorrectionStage()
}, 60_000)
afterEach(async () => {
  expect(await checkInvariants(stage.shop.database.url)).toEqual([])
})
afterAll(() => stage.shop.stop())

/** Enough meetings that both orders of the two come up. */
const TRIALS = process.env['LAPAK_NIGHTLY'] === '1' ? 12 : 6

test('a correction and a decline: one of them counts', async () => {
  for (let trial = 0; trial < TRIALS; trial += 1) {
    const line = await stage.refusedLine()
    const [corrected, declined] = await Promise.all([correct(line, stage.newTarget()), decline(line)])
    expect([corrected.ok, declined.ok].filter(Boolean)).toHaveLength(1)
    expect(await harmOf(stage, line)).toBeUndefined()
    await stage.work(line)
    expect(await stage.lineOf(line)).toMatchObject({ state: corrected.ok ? 'DELIVERED' : 'FAILED' })
  }
})

describe('a correction and the end of its time', () => {
  test('one of them counts', async () => {
    for (let trial = 0; trial < TRIALS; trial += 1) {
      const line = await stage.refusedLine()
      await endTime(stage, line, '1 millisecond')
      await Promise.all([correct(line, stage.newTarget()), end(line)])
      expect(await harmOf(stage, line)).toBeUndefined()
      await endTime(stage, line)
      await end(line)
      await stage.work(line)
      expect(['DELIVERED', 'FAILED']).toContain((await stage.lineOf(line)).state)
    }
  })

  test('a correction that began in time is carried out before the end that waits for it', async () => {
    const line = await stage.refusedLine()
    const { shop } = stage.shop
    const meeting = meetingOf(2)
    const slow = { ...shop, db: unguarded(shop.db, [], { after: 'orders_correction_over', meeting }).db }
    const input = { user_id: stage.newTarget(), zone_id: '2685' }
    await endTime(stage, line, '1 second')
    const correcting = correctInput(slow, line.order.trackingToken, 1, input)
    await expect.poll(() => meeting.arrived()).toBe(1)
    await endTime(stage, line)
    const ending = end(line)
    await meeting.arrive()
    expect([await correcting, await ending]).toMatchObject([{ ok: true }, false])
    expect(await harmOf(stage, line)).toBeUndefined()
    await stage.work(line)
  })
})

test('two corrections at once: one of them is taken, the other finds the line on its way', async () => {
  for (let trial = 0; trial < TRIALS; trial += 1) {
    const line = await stage.refusedLine()
    const targets = [stage.newTarget(), stage.newTarget()]
    const corrected = await Promise.all(targets.map((target) => correct(line, target)))
    expect(corrected.some(({ ok }) => ok)).toBe(true)
    expect(await harmOf(stage, line)).toBeUndefined()
    await stage.work(line)
    expect(await stage.lineOf(line)).toMatchObject({ state: 'DELIVERED' })
    const bought = await Promise.all(targets.map((target) => stage.bought(target)))
    expect(bought[0] === 1 ? bought : bought.toReversed()).toEqual([1, 0])
  }
})

test('a correction and the sending of what waits: one target is bought, the one that is shown', async () => {
  let corrections = 0
  for (let trial = 0; trial < TRIALS; trial += 1) {
    const line = await stage.openLine()
    const [purchase] = await stage.purchases(line)
    const right = stage.newTarget()
    const sending = sendPurchase(stage.shop.shop, purchase?.id ?? '')
    const [corrected] = await Promise.all([correct(line, right), sending])
    if (corrected.ok) corrections += 1
    await stage.work(line)
    expect(await stage.lineOf(line)).toMatchObject({ state: 'DELIVERED' })
    const bought = [await stage.bought(line.target), await stage.bought(right)]
    expect(bought).toEqual(corrected.ok ? [0, 1] : [1, 0])
  }
  expect(corrections).toBeGreaterThan(0)
})
