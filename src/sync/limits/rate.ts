import type { Database } from '#platform/database.ts'
import type { RateLimit } from '../connection.ts'
import { blockBucket, insertBucket, selectBucketWait, updateBucketTaken } from './limits-store.ts'

type Token = { kind: 'granted' } | { kind: 'wait'; ms: number }

/** Takes one call from an account's bucket, which all processes share; or tells how long to wait for one. */
export async function takeToken(db: Database, rate: RateLimit): Promise<Token> {
  return await db.transaction('sync.take-token', { role: 'worker' }, async (tx): Promise<Token> => {
    const [, isTaken, ms] = await Promise.all([
      insertBucket(tx, rate),
      updateBucketTaken(tx, rate),
      selectBucketWait(tx, rate),
    ])
    return isTaken ? { kind: 'granted' } : { kind: 'wait', ms }
  })
}

/** Lets no call of an account through for a while: it said so itself. A longer block stays. */
export async function blockCalls(db: Database, key: string, ms: number): Promise<void> {
  await db.transaction('sync.block-calls', { role: 'worker' }, (tx) => blockBucket(tx, key, ms))
}
