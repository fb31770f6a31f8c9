import type { Database } from '#platform/database.ts'
import type { OpenTask } from './open-task-view.ts'
import { selectOpenTasks } from './open-tasks-view-store.ts'

/** An answer that was lost is usually found again within a few minutes; after this somebody should look. */
const UNKNOWN_MINUTES = 15
/** A paid order is delivered within seconds, a slow supplier's within minutes. */
const STUCK_MINUTES = 10
/** Money that fits no order goes back by itself within seconds; what stays is for a person. */
const RETURNING_SECONDS = 60
/** Messages that fitted nothing are news for a day; the sum over all time says nothing. */
const IGNORED_HOURS = 24

/** What waits for a person right now, one entry per kind, kinds without any included. */
export async function countOpenTasks(db: Database): Promise<OpenTask[]> {
  return await selectOpenTasks(db, {
    unknownMinutes: UNKNOWN_MINUTES,
    stuckMinutes: STUCK_MINUTES,
    ignoredHours: IGNORED_HOURS,
    returningSeconds: RETURNING_SECONDS,
  })
}
