import type { SyncTiming } from '../../../src/sync/index.ts'
import type { FakeOptions } from './fake-streams.ts'
import type { KillPlan, Rewrite } from './statement-tap.ts'

/** What a worker process of the property test is started with. */
export type WorkerSetup = {
  /** Its name on every connection and every request. */
  name: string
  databaseUrl: string
  providerUrl: string
  timeoutMs: number
  options: FakeOptions
  timing: Partial<SyncTiming>
  /** Base64 of three keys, for the inbox. */
  keys: string
  kill: KillPlan | null
  rewrites: readonly Rewrite[]
}

/** What a test asks of a worker while it works. Times are ISO texts. */
export type WorkerAsk =
  | {
      kind: 'run'
      run: 'live' | 'dry'
      mode: 'full' | 'changes' | 'range'
      from?: string
      to?: string
      planOf?: string
    }
  | { kind: 'deliver'; dedupe: string; stream: string; externalId: string }
  | { kind: 'push'; localId: string; parentId: string | null; name: string; price: number }
  | { kind: 'cancel'; runId: string }
  | { kind: 'approve'; runId: string }

export type WorkerQuestion = { id: number; ask: WorkerAsk }
export type WorkerReply = { id: number; value: unknown } | { id: number; error: string }
/** Something that no fault of the test explains. */
export type WorkerNote = { unexpected: string }
/** A statement was met that is to be sent in another form. */
export type WorkerRewrote = { rewrote: string }
