import type { Database } from '#platform/database.ts'
import { isUuid } from '#platform/ids.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { setAcknowledged } from './incidents-store.ts'

/** Notes who takes care of an open incident. Repeating it changes nothing; `not_found` when it is over or unknown. */
export async function acknowledgeIncident(
  db: Database,
  incident: { id: string; by: string; now: Date },
): Promise<Result<void, { code: 'not_found' }>> {
  const known = isUuid(incident.id) && (await setAcknowledged(db, incident.id, incident.by, incident.now))
  return known ? ok(undefined) : err({ code: 'not_found' })
}
