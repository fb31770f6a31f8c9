import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Database } from './database.ts'

/** A number that is asked for when metrics are read, per label value. */
export type Reading = {
  name: string
  help: string
  label: string
  read(): Promise<{ label: string; value: number }[]>
}

/** The figures of this process as Prometheus text: the runtime's own, the connection pool's, and the given readings. */
export function createMetrics(db: Database, readings: readonly Reading[]): { text(): Promise<string> } {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'lapak_' })
  const pool = new Gauge({
    name: 'lapak_database_connections',
    help: 'Connections of this process by use',
    labelNames: ['use'],
    registers: [registry],
  })
  const gauges = readings.map(({ name, help, label, read }) => ({
    read,
    label,
    gauge: new Gauge({ name: `lapak_${name}`, help, labelNames: [label], registers: [registry] }),
  }))
  return {
    async text() {
      const { total, idle, waiting } = db.usage()
      pool.set({ use: 'total' }, total)
      pool.set({ use: 'idle' }, idle)
      pool.set({ use: 'waiting' }, waiting)
      for (const { gauge, label, read } of gauges) {
        gauge.reset()
        for (const reading of await read()) gauge.set({ [label]: reading.label }, reading.value)
      }
      return await registry.metrics()
    },
  }
}
