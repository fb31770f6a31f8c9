import type { SyncTiming } from './sync-deps.ts'

/** The waits of production. */
export const SYNC_TIMING: SyncTiming = {
  leaseSeconds: 60,
  turnSeconds: 60,
  retryBaseMs: 1_000,
  retryMaxMs: 300_000,
  stallSeconds: 1_800,
  circuitSeconds: 60,
}
