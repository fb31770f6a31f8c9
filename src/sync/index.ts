export {
  defineStream,
  type Connection,
  type PullStream,
  type PushStream,
  type RateLimit,
  type RecordWrite,
  type Stream,
  type WorkStream,
  type WriteContext,
} from './connection.ts'
export { PassLost } from './held-pass.ts'
export type { ImageDeps } from './images/image-deps.ts'
export type { NamedPictures } from './images/forget-unnamed.ts'
export { imageStream } from './images/image-stream.ts'
export type { BrokenImage, MirroredImage } from './images/mirrored-image-view.ts'
export { purgeImages } from './images/purge-images.ts'
export { listBrokenImages, selectImages } from './images/select-images.ts'
export { forgetImages, wantImages } from './images/want-images.ts'
export { sweepPushes } from './push/sweep-pushes.ts'
export { wantPush } from './push/want-push.ts'
export { refreshRecords } from './pull/refresh-records.ts'
export { approveRun } from './runs/approve-run.ts'
export { cancelRun } from './runs/cancel-run.ts'
export { checkAlerts } from './runs/check-alerts.ts'
export { discardDeadLetter, listDeadLetters } from './runs/dead-letters.ts'
export { describeConnections } from './runs/describe-connections.ts'
export { driveRun } from './runs/drive-run.ts'
export { findRun, listRuns } from './runs/find-run.ts'
export { listChanges } from './runs/list-changes.ts'
export { purgeSync } from './runs/purge-sync.ts'
export { registerConnections } from './runs/register-connections.ts'
export { requestRun } from './runs/request-run.ts'
export { runDueSchedules } from './runs/run-due-schedules.ts'
export { setFieldLock } from './runs/set-field-lock.ts'
export { setPaused } from './runs/set-paused.ts'
export { setSchedule } from './runs/set-schedule.ts'
export { sweepSync } from './runs/sweep-sync.ts'
export { syncReadings } from './runs/sync-readings.ts'
export type { SyncDeps, SyncTiming } from './sync-deps.ts'
export { workStream } from './work-stream.ts'
