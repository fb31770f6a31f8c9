import type { Tx } from '#platform/database.ts'
import type { DeadlineExit, DeadlineOwner, DeadlineSubject } from './deadlines.ts'

/** Something past its deadline. */
export type OverdueRow = {
  subject: DeadlineSubject
  id: string
  order_id: string | null
  state: string
  variant: string
  owner: DeadlineOwner
  exit: DeadlineExit
  deadline: Date
}

const OVERDUE = 'o.subject, o.id, o.order_id, o.state, o.variant, o.owner, o.exit, o.deadline'

const UNSEEN = `not o.is_listed and not exists (
  select from escalations e where e.subject = o.subject and e.subject_id = o.id and e.resolved_at is null)`

/**
 * What is past its deadline, has a way out of its own and that nobody looks at yet: of each subject the longest overdue,
 * at most `limit`. Read-only. Uses the partial indexes on the open states of each table.
 */
export async function selectOverdue(tx: Tx, limit: number): Promise<OverdueRow[]> {
  return await tx.rows<OverdueRow>({
    name: 'orders_overdue_rows',
    text: `select ${OVERDUE} from (
        select o.*, row_number() over (partition by o.subject order by o.deadline, o.id) as place
        from overdue o where o.exit <> 'person' and ${UNSEEN}) o
      where o.place <= $1 order by o.deadline, o.id`,
    values: [limit],
  })
}

/** The database's time: a deadline that was before it was past at that moment. */
export async function selectNow(tx: Tx): Promise<Date> {
  const { now } = await tx.one<{ now: Date }>({ name: 'orders_sweep_time', text: 'select now() as now' })
  return now
}

/**
 * Which rows had their chance to leave by themselves: these, as `rowKey` names them, whatever was past its deadline at
 * `last` when that is `spaceSeconds` ago, and whatever was at `before`.
 */
export type HadChance = {
  keys: readonly string[]
  last: Date | undefined
  before: Date | undefined
  spaceSeconds: number
}

/** Names a row in its state. */
export function rowKey({ subject, id, state }: Pick<OverdueRow, 'subject' | 'id' | 'state'>): string {
  return `${subject}:${id}:${state}`
}

/**
 * What is past its grace, too, and that nobody looks at yet, each row once, longest overdue first: all that only a
 * person can move, and of the others those that had their chance. Read-only.
 */
export async function selectUnseen(tx: Tx, limit: number, had: HadChance): Promise<OverdueRow[]> {
  return await tx.rows<OverdueRow>({
    name: 'orders_unseen_rows',
    text: `select * from (
        select distinct on (o.subject, o.id) ${OVERDUE} from overdue o
        where o.escalates_at <= now() and ${UNSEEN}
          and (o.exit = 'person' or o.deadline <= $4::timestamptz
            or (o.deadline <= $3::timestamptz and $3 <= now() - make_interval(secs => $5))
            or o.subject || ':' || o.id || ':' || o.state = any ($2::text[]))
        order by o.subject, o.id, o.deadline) o
      order by o.deadline, o.id limit $1`,
    values: [limit, had.keys, had.last ?? null, had.before ?? null, had.spaceSeconds],
  })
}
