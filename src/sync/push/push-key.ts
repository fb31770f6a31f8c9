import * as crypto from 'node:crypto'

/** What a push is about. */
export type PushKey = { connection: string; stream: string; localId: string }

/**
 * The idempotency key of an attempt. That of a create does not depend on the version: an edit after a lost answer must
 * not make a second record. `settled` counts the record's attempts that are over; while one is open it stands still.
 */
export function attemptKey(
  key: PushKey,
  attempt: { operation: 'create' | 'update'; version: number; settled: number },
): string {
  const { operation, settled } = attempt
  const version = operation === 'create' ? null : attempt.version
  const parts = [key.connection, key.stream, key.localId, operation, version, settled]
  return crypto.hash('sha256', JSON.stringify(parts), 'hex')
}
