import type { Database, Tx } from '#platform/database.ts'
import { publish } from '#platform/outbox.ts'
import { compareConditions, type Condition } from './incident.ts'
import { insertIncident, lockOpenIncidents, selectOpenKeys, updateIncidents } from './incidents-store.ts'

/** Incidents that one message tells of: more than a screen is not read. */
const TOLD_TOGETHER = 15

/** Keys of the incidents that are open, so that a level may end later than it began. */
export async function openIncidentKeys(db: Database): Promise<ReadonlySet<string>> {
  return new Set(await selectOpenKeys(db))
}

/**
 * Opens, continues and ends the incidents of these kinds by what was found now, in one transaction with the news of it:
 * each transition is told once, several of one look together. Looks may run at the same time.
 */
export async function watchConditions(
  deps: { db: Database; now: Date },
  kinds: readonly string[],
  found: readonly Condition[],
): Promise<{ opened: number; ended: number }> {
  const { db, now } = deps
  return await db.transaction('incidents.watch', { role: 'worker' }, async (tx) => {
    const open = await lockOpenIncidents(tx, kinds)
    const changes = compareConditions(open, found, now)
    await updateIncidents(tx, changes, now)
    const opened: string[] = []
    for (const condition of changes.opens.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
      const id = await insertIncident(tx, condition, now)
      if (id !== undefined) opened.push(id)
    }
    await tell(tx, 'incident.opened', opened)
    await tell(tx, 'incident.resolved', changes.ends)
    return { opened: opened.length, ended: changes.ends.length }
  })
}

async function tell(
  tx: Tx,
  kind: 'incident.opened' | 'incident.resolved',
  ids: readonly string[],
): Promise<void> {
  for (let from = 0; from < ids.length; from += TOLD_TOGETHER) {
    const together = ids.slice(from, from + TOLD_TOGETHER)
    await publish(tx, { kind, key: `${kind}:${together[0]}`, data: { incidents: together.join(' ') } })
  }
}
