export {
  defineStream,
  type Connection,
  type PullStream,
  type PushStream,
  type RecordWrite,
  type Stream,
  type WorkStream,
  type WriteContext,
} from './connection.ts'
export { driveRun } from './runs/drive-run.ts'
export { findRun, listRuns } from './runs/find-run.ts'
export { registerConnections } from './runs/register-connections.ts'
export { requestRun } from './runs/request-run.ts'
export { sweepSync } from './runs/sweep-sync.ts'
export type { SyncDeps, SyncTiming } from './sync-deps.ts'
