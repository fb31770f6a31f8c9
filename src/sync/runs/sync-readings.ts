import type { Reading } from '#platform/metrics.ts'
import type { SyncDeps } from '../sync-deps.ts'
import { selectStreamFigures, type StreamFigures } from './connections-view-store.ts'

const FIGURES = [
  ['sync_watermark_age_seconds', 'Age of the time up to which a stream is complete', 'watermarkAge'],
  ['sync_dead_letters', 'Refused records that wait for a replay, by stream', 'deadLetters'],
  ['sync_open_alerts', 'Open alerts about a stream or its connection', 'alerts'],
  ['sync_last_run_created', 'Records that the last run of a stream created', 'created'],
  ['sync_last_run_updated', 'Records that the last run of a stream updated', 'updated'],
  ['sync_last_run_unchanged', 'Records that the last run of a stream left alone', 'unchanged'],
  ['sync_last_run_rejected', 'Records that the last run of a stream refused', 'rejected'],
  ['sync_last_run_deleted', 'Records that the last run of a stream took out of use', 'deleted'],
] as const satisfies readonly (readonly [string, string, keyof StreamFigures])[]

/** Figures of every stream for the metrics, labelled `feed/products`. The first of a reading asks for all of them. */
export function syncReadings(deps: Pick<SyncDeps, 'db' | 'connections'>): Reading[] {
  let asked: Promise<StreamFigures[]> = Promise.resolve([])
  const ask = (): Promise<StreamFigures[]> =>
    deps.db.transaction('sync.read-figures', { role: 'worker' }, (tx) =>
      selectStreamFigures(tx, [...deps.connections.keys()]),
    )
  return FIGURES.map(([name, help, figure], index) => ({
    name,
    help,
    label: 'stream',
    async read() {
      if (index === 0) asked = ask()
      return (await asked).flatMap((row) => {
        const value = row[figure]
        return value === null ? [] : [{ label: row.label, value }]
      })
    },
  }))
}
