import type { Database, Statement, Tx } from '../../src/platform/database.ts'

/** A statement that is sent in another form: a guard that a twin goes without. `find` stands in its text on one line. */
export type Rewrite = { find: string; replace: string }

/** A point that everybody reaches before anybody goes on. */
export type Meeting = { arrive(): Promise<void>; arrived(): number }

/** A meeting of so many. */
export function meetingOf(parties: number): Meeting {
  const { promise, resolve } = Promise.withResolvers<void>()
  let arrived = 0
  return {
    arrive() {
      arrived += 1
      if (arrived >= parties) resolve()
      return promise
    },
    arrived: () => arrived,
  }
}

/**
 * A database whose statements go without the guards named by `rewrites`, for the twin of a race test; `met` holds those
 * that were. After the first statement named `stop.after` its transaction waits for `stop.meeting`.
 */
export function unguarded(
  db: Database,
  rewrites: readonly Rewrite[],
  stop?: { after: string; meeting: Meeting },
): { db: Database; met: Set<string> } {
  const met = new Set<string>()
  const changed = <Row>(statement: Statement<Row>): Statement<Row> => {
    const flat = statement.text.replaceAll(/\s+/g, ' ')
    const due = rewrites.filter(({ find }) => flat.includes(find))
    if (due.length === 0) return statement
    for (const { find } of due) met.add(find)
    const text = due.reduce((sum, { find, replace }) => sum.replaceAll(find, replace), flat)
    const { name: _, ...rest } = statement
    return { ...rest, text }
  }
  const wrap = (tx: Tx): Tx => {
    let isStopped = false
    const run = async <Row, T>(
      statement: Statement<Row>,
      send: (statement: Statement<Row>) => Promise<T>,
    ): Promise<T> => {
      const answer = await send(changed(statement))
      if (statement.name === stop?.after && !isStopped) {
        isStopped = true
        await stop?.meeting.arrive()
      }
      return answer
    }
    return {
      rows: (statement) => run(statement, (sent) => tx.rows(sent)),
      one: (statement) => run(statement, (sent) => tx.one(sent)),
      maybe: (statement) => run(statement, (sent) => tx.maybe(sent)),
      count: (statement) => run(statement, (sent) => tx.count(sent)),
    }
  }
  const transaction: Database['transaction'] = (name, actor, work) =>
    db.transaction(name, actor, (tx) => work(wrap(tx)))
  return { db: { ...db, transaction }, met }
}
