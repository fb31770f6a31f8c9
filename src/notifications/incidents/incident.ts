/** Something that is wrong right now, as somebody who looked found it. */
export type Condition = {
  /** One open incident per key: kind and what it is about. */
  key: string
  kind: string
  /** Names of things of the shop; never of people. */
  subject: string
  count: number
}

/** An incident that is not resolved. */
export type OpenIncident = { id: string; key: string; kind: string; count: number; clearSince: Date | null }

/** What a look changes: which conditions are new, which incidents go on, look ended, or are over. */
export type IncidentChanges = {
  opens: Condition[]
  goesOn: { id: string; count: number }[]
  looksEnded: string[]
  ends: string[]
}

/** A trouble that came back within this time never ended: staff are told once, not at every swing. */
export const QUIET_MINUTES = 10

/** Compares what was found with what is open. Kinds that nobody looked at must not be among `open`. */
export function compareConditions(
  open: readonly OpenIncident[],
  found: readonly Condition[],
  now: Date,
): IncidentChanges {
  const byKey = new Map(found.map((condition) => [condition.key, condition]))
  const known = new Set(open.map((incident) => incident.key))
  const changes: IncidentChanges = { opens: [], goesOn: [], looksEnded: [], ends: [] }
  for (const condition of byKey.values()) if (!known.has(condition.key)) changes.opens.push(condition)
  for (const { id, key, count, clearSince } of open) {
    const condition = byKey.get(key)
    if (condition !== undefined) {
      if (clearSince !== null || condition.count !== count)
        changes.goesOn.push({ id, count: condition.count })
    } else if (clearSince === null) changes.looksEnded.push(id)
    else if (now.getTime() - clearSince.getTime() >= QUIET_MINUTES * 60_000) changes.ends.push(id)
  }
  return changes
}
