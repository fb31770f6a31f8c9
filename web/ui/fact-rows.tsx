import type { ReactNode } from 'react'

export type FactRow = { key: string; label: string; value: ReactNode; total?: boolean }

/** Labels and values, one pair a line; a row marked `total` closes the sum. */
export function FactRows({ rows }: { rows: readonly FactRow[] }) {
  return (
    <dl className="rows">
      {rows.map((row) => (
        <div key={row.key} className={row.total ? 'rows-total' : undefined}>
          <dt>{row.label}</dt>
          <dd data-row={row.key}>{row.value}</dd>
        </div>
      ))}
    </dl>
  )
}
