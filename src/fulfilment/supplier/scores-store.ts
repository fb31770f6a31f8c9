import type { Tx } from '#platform/database.ts'

/** How far back a supplier's record counts: longer than a bad hour, short enough to forget yesterday. */
export const SCORE_WINDOW = '2 hours'
/** Old buckets are of no use to routing; a day of them shows what happened. */
const KEEP = '1 day'
const BUCKET_MINUTES = 10

/** Upper ends, in seconds, of the steps that deliveries are counted in; the last step has none. */
export const SECOND_STEPS = [2, 5, 10, 20, 40, 60, 120, 300, 900] as const

/** The step of a time, from 0. */
export function stepOf(seconds: number): number {
  const step = SECOND_STEPS.findIndex((end) => seconds <= end)
  return step < 0 ? SECOND_STEPS.length : step
}

export type PurchaseEnd = {
  supplier: string
  family: string
  /** Seconds from sending to the goods; null when there were none. */
  deliveredAfter: number | null
}

/** Counts how a purchase ended, in the transaction that ends it. Locks the bucket's row; nothing is locked after it but the circuit's. */
export async function countEnd(tx: Tx, end: PurchaseEnd): Promise<void> {
  const counts = SECOND_STEPS.map(() => 0).concat(0)
  if (end.deliveredAfter !== null) counts[stepOf(end.deliveredAfter)] = 1
  const isDelivered = end.deliveredAfter !== null ? 1 : 0
  await tx.count({
    name: 'supplier_count_end',
    text: `insert into supplier_scores as s (supplier, family, bucket, delivered, failed, seconds)
      values ($1, $2, date_bin('${BUCKET_MINUTES} minutes', now(), timestamptz '2020-01-01'), $3, 1 - $3, $4)
      on conflict (supplier, family, bucket) do update set
        delivered = s.delivered + excluded.delivered, failed = s.failed + excluded.failed,
        seconds = (select array_agg(old + new order by step)
          from unnest(s.seconds, excluded.seconds) with ordinality counts (old, new, step))`,
    values: [end.supplier, end.family, isDelivered, counts],
  })
}

/** Forgets old buckets and circuits that nobody used for a day; how many. Uses supplier_scores_old and supplier_circuits_old. */
export async function deleteOldScores(tx: Tx): Promise<number> {
  const scores = tx.count({
    text: `delete from supplier_scores where bucket < now() - interval '${KEEP}'`,
  })
  const circuits = tx.count({
    text: `delete from supplier_circuits where updated_at < now() - interval '${KEEP}'`,
  })
  return (await scores) + (await circuits)
}
