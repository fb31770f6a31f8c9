import type { WatchedTable } from './domain-tables.ts'
import type { Owner } from './owner.ts'

export type Json = Record<string, unknown>
/** One changed row. */
export type AuditRow = {
  seq: number
  xid: number
  at: number
  app: string
  tab: WatchedTable
  op: 'INSERT' | 'UPDATE' | 'DELETE'
  was: Json | null
  now: Json | null
}
/** Everything that one transaction changed, in order. Only committed ones are known. */
export type Transaction = { xid: number; app: string; at: number; rows: AuditRow[] }

/** The newest number of the history; what comes later has a greater one. */
export async function historyMark(owner: Owner): Promise<number> {
  const [row] = await owner.rows<{ mark: number }>(
    'select coalesce(max(seq), 0)::int as mark from test_audit',
  )
  return row?.mark ?? 0
}

/** Every changed row after a mark, oldest first. */
export async function readAudit(owner: Owner, after = 0): Promise<AuditRow[]> {
  return await owner.rows<AuditRow>(
    `select seq::int, xid::int, extract(epoch from at)::float8 * 1000 as at, app, tab, op, was, now
      from test_audit where seq > $1 order by seq`,
    [after],
  )
}

/** The changes as transactions, in the order of their last change: that of their commits where they share a lock. */
export function byTransaction(rows: readonly AuditRow[]): Transaction[] {
  const known = new Map<number, Transaction>()
  for (const row of rows) {
    const before = known.get(row.xid)
    known.delete(row.xid)
    known.set(row.xid, {
      xid: row.xid,
      app: row.app,
      at: row.at,
      rows: [...(before?.rows ?? []), row],
    })
  }
  return [...known.values()]
}
