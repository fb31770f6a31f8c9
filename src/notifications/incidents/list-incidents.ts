import type { Database } from '#platform/database.ts'
import type { IncidentNews } from '../templates/incident-opened.ts'
import { incidentTitle } from './incident-words.ts'
import type { IncidentView } from './incident-view.ts'
import { selectIncidents, selectRecentIncidents, type IncidentRow } from './incidents-store.ts'

const SHOWN = 50

/** Open incidents, and the latest that are over. */
export async function listIncidents(db: Database): Promise<IncidentView[]> {
  return (await selectRecentIncidents(db, SHOWN)).map(toView)
}

/** The incidents that a message tells of, oldest first. */
export async function incidentsToTell(
  db: Database,
  ids: readonly string[],
): Promise<(IncidentNews & { state: IncidentRow['state'] })[]> {
  return await selectIncidents(db, ids)
}

function toView({ openedAt, resolvedAt, ...row }: IncidentRow): IncidentView {
  return {
    ...row,
    title: incidentTitle(row, 'id'),
    titleEn: incidentTitle(row, 'en'),
    openedAt: openedAt.toISOString(),
    resolvedAt: resolvedAt?.toISOString() ?? null,
  }
}
