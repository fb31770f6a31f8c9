import type { Connection, Stream } from '../connection.ts'
import type { ConnectionView, SyncAlert } from '../run-view.ts'
import type { SyncDeps } from '../sync-deps.ts'
import { selectOpenAlerts } from './alerts-store.ts'
import {
  countRecords,
  selectConnections,
  selectSchedules,
  selectStreamStates,
  type StreamState,
} from './connections-view-store.ts'

type Rows = {
  connections: Awaited<ReturnType<typeof selectConnections>>
  states: StreamState[]
  records: Awaited<ReturnType<typeof countRecords>>
  schedules: Awaited<ReturnType<typeof selectSchedules>>
  alerts: SyncAlert[]
}

/** The configured connections with their streams, schedules and health, in the order of the configuration. */
export async function describeConnections(deps: SyncDeps): Promise<ConnectionView[]> {
  const names = [...deps.connections.keys()]
  const rows = await deps.db.transaction(
    'sync.describe-connections',
    { role: 'worker' },
    async (tx): Promise<Rows> => {
      const [connections, states, records, schedules, alerts] = await Promise.all([
        selectConnections(tx, names),
        selectStreamStates(tx, names),
        countRecords(tx, names),
        selectSchedules(tx, names),
        selectOpenAlerts(tx),
      ])
      return { connections, states, records, schedules, alerts }
    },
  )
  return [...deps.connections.values()].map((connection) => describe(connection, rows))
}

function describe({ name, streams }: Connection, rows: Rows): ConnectionView {
  const health = rows.connections.find((row) => row.name === name)
  return {
    name,
    paused: health?.paused ?? null,
    circuit: health?.circuit ?? null,
    streams: streams.map((stream) => describeStream(name, stream, rows)),
    schedules: rows.schedules
      .filter((schedule) => schedule.connection === name)
      .map(({ mode, everyMinutes, enabled, nextAt }) => ({ mode, everyMinutes, enabled, nextAt })),
    alerts: rows.alerts.filter((alert) => alert.connection === name),
  }
}

function describeStream(connection: string, stream: Stream, rows: Rows): ConnectionView['streams'][number] {
  const state = rows.states.find((row) => row.connection === connection && row.stream === stream.name)
  const known =
    stream.kind === 'work'
      ? undefined
      : rows.records.find((row) => row.connection === connection && row.entity === stream.entity)
  return {
    stream: stream.name,
    direction: stream.kind === 'pull' ? 'inbound' : stream.kind === 'push' ? 'outbound' : 'work',
    watermark: state?.watermark ?? null,
    enumeratedAt: state?.enumeratedAt ?? null,
    records: known?.records ?? 0,
    deadLetters: state?.deadLetters ?? 0,
  }
}
