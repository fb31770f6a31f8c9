import type { Database } from '#platform/database.ts'
import { publish } from '#platform/outbox.ts'
import { FULFILMENT_EVENTS } from '../events.ts'
import { listEndingSeats } from './seat-holder-view-store.ts'

/** So long before the end of her seat a buyer is told. Shorter access is not announced: its end is fresh in mind. */
const NOTICE_DAYS = 3
/** Lines of one turn: a transaction of some tens of milliseconds. The next turn takes the rest. */
const LINES_PER_TURN = 100

/**
 * Publishes `membership.ending` once for every line whose seats end within three days; how many lines. Who was told is
 * in the outbox, whose key also decides between two workers; it is kept longer than the notice runs.
 */
export async function tellEndingSeats({ db }: { db: Database }): Promise<{ told: number }> {
  return await db.transaction('fulfilment.tell-ending-seats', { role: 'worker' }, async (tx) => {
    const kind = FULFILMENT_EVENTS.membershipEnding
    const ending = await listEndingSeats(tx, { kind, days: NOTICE_DAYS, limit: LINES_PER_TURN })
    await Promise.all(
      ending.map(({ key, orderId, lineId, endsAt }) =>
        publish(tx, { kind, key, orderId, lineId, data: { endsAt: endsAt.toISOString() } }),
      ),
    )
    return { told: ending.length }
  })
}
