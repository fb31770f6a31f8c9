import type { AuditRow, Json } from '../history.ts'

/** A value of a stored row as text. */
export function text(value: unknown): string {
  if (typeof value === 'string') return value
  return value === undefined ? '' : JSON.stringify(value)
}

/** Whether a row is a slice that moved behind a page. */
export function isSliceMove({ tab, was, now }: AuditRow): boolean {
  return tab === 'sync_slices' && was !== null && now !== null && Number(now['pages']) > Number(was['pages'])
}

/** The last change of a pass in a transaction. */
export function passRowOf(rows: readonly AuditRow[]): AuditRow | undefined {
  return rows.findLast(({ tab, op }) => tab === 'sync_passes' && op === 'UPDATE')
}

/** By how much a transaction raised a count of its pass. */
export function deltaOf(rows: readonly AuditRow[], field: string): number {
  return rows
    .filter(({ tab, op }) => tab === 'sync_passes' && op === 'UPDATE')
    .reduce((sum, { was, now }) => sum + Number(now?.[field] ?? 0) - Number(was?.[field] ?? 0), 0)
}

/** Rows of a table with a value in a field. */
export function rowsWith(rows: readonly Json[], field: string, value: unknown): Json[] {
  return rows.filter((row) => row[field] === value)
}
