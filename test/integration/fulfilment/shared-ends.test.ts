import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setCredentialEnd, tellEndingSeats } from '../../../src/fulfilment/index.ts'
import type { TestLine } from './fulfilment-fixture.ts'
import { createSharedStage, type SharedStage } from './shared-fixture.ts'

let stage: SharedStage
beforeAll(async () => {
  stage = await createSharedStage()
})
afterAll(() => stage.database.drop())

const DAY_MS = 86_400_000

/** Moves the sale of a line's seats and their end into the past by so many days. */
async function letDaysPass({ lineId }: TestLine, days: number): Promise<void> {
  await stage.query(
    'update shared_seats set expires_at = expires_at - make_interval(days => $2) where line_id = $1',
    [lineId, days],
  )
  await stage.query(
    `update deliveries set ends_at = ends_at - make_interval(days => $2),
       delivered_at = delivered_at - make_interval(days => $2) where line_id = $1`,
    [lineId, days],
  )
}

async function notices({ lineId }: TestLine): Promise<Record<string, unknown>[]> {
  return await stage.query(
    `select order_id, data ->> 'endsAt' as ends from outbox_events where kind = 'membership.ending' and line_id = $1`,
    [lineId],
  )
}

describe('the notice before a seat ends', () => {
  test('comes three days before, once for all seats of a line', async () => {
    const sku = await stage.sharedSku([3], 30)
    const line = await stage.sold(sku, 2)
    await letDaysPass(line, 26)
    await tellEndingSeats(stage.deps)
    expect(await notices(line)).toEqual([])
    await letDaysPass(line, 1)
    const turns = await Promise.all([tellEndingSeats(stage.deps), tellEndingSeats(stage.deps)])
    expect(turns.map(({ told }) => told).some((told) => told === 1)).toBe(true)
    expect(await tellEndingSeats(stage.deps)).toEqual({ told: 0 })
    const [seat] = await stage.query<{ expires_at: Date }>(
      'select expires_at from shared_seats where line_id = $1',
      [line.lineId],
    )
    expect(await notices(line)).toEqual([{ order_id: line.orderId, ends: seat?.expires_at.toISOString() }])
  })

  test('comes neither for short access nor for access without end, nor after the end', async () => {
    const short = await stage.sold(await stage.sharedSku([1], 3))
    const endless = await stage.sold(await stage.sharedSku([1], null))
    const over = await stage.sold(await stage.sharedSku([1], 30))
    await letDaysPass(over, 31)
    await tellEndingSeats(stage.deps)
    expect(await Promise.all([short, endless, over].map(notices))).toEqual([[], [], []])
  })

  test('comes to the present holder of a seat, not to the one before', async () => {
    const sku = await stage.sharedSku([1], 30)
    const former = await stage.sold(sku)
    await letDaysPass(former, 31)
    const holder = await stage.sold(sku)
    await letDaysPass(holder, 28)
    await tellEndingSeats(stage.deps)
    expect(await notices(former)).toEqual([])
    expect(await notices(holder)).toHaveLength(1)
  })
})

describe('the end of an account', () => {
  const by = () => ({ actor: 'sari', now: new Date() })
  const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString()

  test('moves, says which sold seats outlast it, and is on record once', async () => {
    const sku = await stage.sharedSku([3], 30)
    const [id = ''] = sku.credentials
    await stage.sold(sku)
    const soon = inDays(10)
    for (let turn = 0; turn < 2; turn += 1)
      expect(await setCredentialEnd(stage.deps, id, soon, by())).toEqual({
        ok: true,
        value: { outlasting: 1 },
      })
    expect(await stage.hold([await stage.line(sku)])).toBe(false)
    expect(await setCredentialEnd(stage.deps, id, inDays(60), by())).toMatchObject({
      value: { outlasting: 0 },
    })
    expect(await stage.hold([await stage.line(sku)])).toBe(true)
    expect(await setCredentialEnd(stage.deps, id, null, by())).toMatchObject({ value: { outlasting: 0 } })
    const changes = await stage.query(
      `select actor from credential_changes where credential_id = $1 and action = 'END_SET'`,
      [id],
    )
    expect(changes).toEqual([{ actor: 'sari' }, { actor: 'sari' }, { actor: 'sari' }])
  })

  test('is refused in the past, far away, as no moment, and for an account nobody knows', async () => {
    const [id = ''] = (await stage.sharedSku([1])).credentials
    const refusal = async (which: string, end: string) => {
      const moved = await setCredentialEnd(stage.deps, which, end, by())
      return moved.ok ? 'moved' : moved.error.code
    }
    expect(await refusal(id, inDays(-1))).toBe('invalid_request')
    expect(await refusal(id, inDays(9_000))).toBe('invalid_request')
    expect(await refusal(id, 'besok')).toBe('invalid_request')
    expect(await refusal(id, '1')).toBe('invalid_request')
    expect(await refusal('x', inDays(1))).toBe('not_found')
    expect(await refusal('00000000-0000-7000-8000-000000000000', inDays(1))).toBe('not_found')
  })
})
