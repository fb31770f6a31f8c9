/** Counts of one stream of a run. `unchanged` rows cost no write. */
export type RunStream = {
  stream: string
  seen: number
  created: number
  updated: number
  unchanged: number
  rejected: number
  deleted: number
  pages: number
}

/** One execution of a connection's synchronisation, as the API and the CLI show it. */
export type Run = {
  runId: string
  connection: string
  trigger: 'manual' | 'schedule' | 'webhook' | 'cli'
  kind: 'live' | 'dry'
  status: 'running' | 'succeeded' | 'failed' | 'refused'
  startedAt: string
  finishedAt: string | null
  streams: RunStream[]
  errors: { code: string; detail: string; record?: string }[]
}
