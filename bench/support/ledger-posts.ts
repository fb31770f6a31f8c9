import { randomInt } from 'node:crypto'
import pg from 'pg'
import { postJournal } from '../../src/ledger/index.ts'
import { openDatabase } from '../../src/platform/database.ts'
import { newId } from '../../src/platform/ids.ts'
import { closedLoop } from './load.ts'

type Load = { clients: number; seconds: number }

/** Pairs of accounts that money moves between; each posting draws one of them. */
export type AccountPairs = readonly (readonly string[])[]

function drawPair(pairs: AccountPairs): { debit: string; credit: string } {
  const [debit = '', credit = ''] = pairs[randomInt(pairs.length)] ?? []
  return { debit, credit }
}

/** Posts journals as the shop does: a named transaction with role and timeouts around the posting. Per second. */
export async function postOurs(databaseUrl: string, pairs: AccountPairs, load: Load): Promise<number> {
  const db = openDatabase({ url: databaseUrl, connections: load.clients })
  const post = (): Promise<unknown> => {
    const id = newId()
    return db.transaction('bench.post', { role: 'worker' }, (tx) =>
      postJournal(tx, {
        id,
        businessKey: `bench:${id}`,
        kind: 'bench.posted',
        transfers: [{ ...drawPair(pairs), amount: 1_000 }],
      }),
    )
  }
  await Promise.all(Array.from({ length: load.clients }, post))
  const perSecond = await closedLoop(load, async () => void (await post()))
  await db.close()
  return perSecond
}

/** Calls the posting function on bare prepared connections, one statement per transaction. Per second. */
export async function postBare(databaseUrl: string, pairs: AccountPairs, load: Load): Promise<number> {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: load.clients,
    options: '-c role=lapak_worker',
  })
  const post = (): Promise<unknown> => {
    const id = newId()
    const transfers = JSON.stringify([{ ...drawPair(pairs), amount: 1_000 }])
    return pool.query({
      name: 'post',
      text: 'select post_journal($1, $2, $3, null, $4::jsonb)',
      values: [id, `bench:${id}`, 'bench.posted', transfers],
    })
  }
  await Promise.all(Array.from({ length: load.clients }, post))
  const perSecond = await closedLoop(load, async () => void (await post()))
  await pool.end()
  return perSecond
}
