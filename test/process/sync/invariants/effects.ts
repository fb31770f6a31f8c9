import { createHash } from 'node:crypto'
import type { Evidence } from '../evidence.ts'
import { text } from './reading.ts'

/** 12. Dry-run purity: only run and plan rows change, nothing is sent, and the live run does what was said. */
export function invariant12DryRunPurity({ phases }: Evidence): string[] {
  const found = phases.dryTouched.map((what) => `a dry run touched ${what}`)
  const planned = new Set(phases.planned)
  const carriedOut = new Set(phases.carriedOut)
  found.push(
    ...phases.planned.filter((one) => !carriedOut.has(one)).map((one) => `planned and not done: ${one}`),
  )
  found.push(
    ...phases.carriedOut.filter((one) => !planned.has(one)).map((one) => `done and not planned: ${one}`),
  )
  return found
}

/** 16. Hook durability: every delivery that was answered is stored once and dealt with; its effect happens once. */
export function invariant16HookDurability({ accepted, final, history }: Evidence): string[] {
  const found: string[] = []
  const stored = final.webhook_inbox.map((row) => ({ key: text(row['dedupe_key']), state: row['state'] }))
  for (const dedupe of new Set(accepted)) {
    const key = `\\x${createHash('sha256').update(dedupe).digest('hex')}`
    const rows = stored.filter((row) => row.key === key)
    if (rows.length !== 1) found.push(`the delivery ${dedupe} is stored ${rows.length} times`)
    else if (rows[0]?.state !== 'HANDLED')
      found.push(`the delivery ${dedupe} ended as ${text(rows[0]?.state)}`)
  }
  for (const { rows, xid } of history)
    for (const { tab, op, was, now } of rows)
      if (tab.startsWith('test_') && op === 'UPDATE' && JSON.stringify(was) === JSON.stringify(now))
        found.push(`transaction ${xid} wrote ${tab} ${text(now)} again as it was`)
  return found
}

/** Without faults and with a worker alive, nothing wanted waits longer. Dominated by leases of killed processes. */
const SETTLED_WITHIN_MS = 15_000
const OVER = new Set(['succeeded', 'failed', 'refused', 'needs_approval', 'cancelled'])

/** 17. Liveness: every wanted run ends. That money posts once and sums to zero has property tests of its own, at the ledger. */
export function invariant17Liveness({ requested, final, phases }: Evidence): string[] {
  const states = new Map(final.sync_runs.map((run) => [run['id'], text(run['status'])]))
  const found = [...new Set(requested)]
    .filter((id) => !OVER.has(states.get(id) ?? ''))
    .map((id) => `run ${id} is ${states.get(id) ?? 'gone'}`)
  for (const [id, state] of states) if (!OVER.has(state)) found.push(`run ${text(id)} is still ${state}`)
  if (phases.settledMs > SETTLED_WITHIN_MS)
    found.push(`it took ${phases.settledMs} ms until all runs had ended`)
  return found
}
