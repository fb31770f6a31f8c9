import type { Statement } from '#platform/database.ts'
import { SCORE_WINDOW } from './scores-store.ts'

/** The buckets of the window; some hundred rows at most. */
export function recordsStatement(): Statement<{
  supplier: string
  delivered: number
  failed: number
  seconds: number[]
}> {
  return {
    name: 'supplier_records',
    text: `select supplier, delivered, failed, seconds from supplier_scores
      where bucket > now() - interval '${SCORE_WINDOW}'`,
  }
}

/** Circuits that let nobody through now: whose time runs, or that one purchase is trying. */
export function circuitsStatement(): Statement<{
  supplier: string
  family: string
  until: Date
  reason: string
}> {
  return {
    name: 'supplier_open_circuits',
    text: `select supplier, family, greatest(open_until, probe_until) as until, reason from supplier_circuits
      where open_until is not null and (open_until > now() or probe_until > now()) order by supplier, family limit 200`,
  }
}

/** Units per supplier that are not sent yet. Uses supplier_purchases_waiting. */
export function waitingStatement(): Statement<{ supplier: string; units: number }> {
  return {
    name: 'supplier_waiting',
    text: `select supplier, count(*)::int as units from supplier_purchases where state = 'INTENT' group by supplier`,
  }
}
