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
export type { SyncDeps, SyncTiming } from './sync-deps.ts'
