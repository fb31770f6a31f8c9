import type { Database } from '#platform/database.ts'
import { describeTask } from './task-words.ts'
import { tasksStatement, type TaskPlace, type TaskRow } from './tasks-view-store.ts'
import type { Task } from './task-view.ts'

/** Tasks of one page when nothing is said, and at most. */
const USUAL_PAGE = 50
const LARGEST_PAGE = 200

const TASK_ID = /^[a-z_]{1,30}:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What waits for a person, longest waiting first. A cursor that no list gave out starts anew. */
export async function listTasks(
  db: Database,
  query: { limit?: number; cursor?: string },
): Promise<{ tasks: Task[]; nextCursor: string | null }> {
  const size = Math.min(LARGEST_PAGE, Math.max(1, Math.trunc(query.limit ?? USUAL_PAGE)))
  const after = readCursor(query.cursor)
  const statement = tasksStatement({ ...(after === undefined ? {} : { after }), limit: size + 1 })
  const rows = await db.once('reports.tasks', { role: 'worker' }, statement)
  const page = rows.slice(0, size)
  const last = rows.length > size ? page.at(-1) : undefined
  return { tasks: page.map(toTask), nextCursor: last === undefined ? null : writeCursor(last) }
}

/** One thing that waits for a person, or undefined when it does not wait (any more). */
export async function findTask(db: Database, id: string): Promise<Task | undefined> {
  if (!TASK_ID.test(id)) return undefined
  const [row] = await db.once('reports.task', { role: 'worker' }, tasksStatement({ id, limit: 1 }))
  return row === undefined ? undefined : toTask(row)
}

function toTask(row: TaskRow): Task {
  const { id, kind, order_number: orderNumber, amount, since } = row
  return { id, kind, orderNumber, amount, since: new Date(since).toISOString(), ...describeTask(row) }
}

function writeCursor({ since, id }: TaskRow): string {
  return Buffer.from(`${since}|${id}`).toString('base64url')
}

function readCursor(cursor: string | undefined): TaskPlace | undefined {
  const text = Buffer.from(cursor ?? '', 'base64url').toString('latin1')
  const [, since, id] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)\|(.+)$/.exec(text) ?? []
  return since === undefined || id === undefined || !TASK_ID.test(id) ? undefined : { since, id }
}
