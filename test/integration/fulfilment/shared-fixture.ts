import { eventually } from '../../support/eventually.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import {
  addCredential,
  assignStock,
  releaseStock,
  reserveStock,
  revealDeliveries,
  shareSku,
  type RevealedDelivery,
} from '../../../src/fulfilment/index.ts'
import type { Actor } from '../../../src/platform/database.ts'
import { setLineState, testKeys, writeOrders, writeSku, type TestLine } from './fulfilment-fixture.ts'

const HOLD_MINUTES = 30
const WORKER = { role: 'worker' } as const

export type SharedSku = { skuId: string; productId: string; code: string; credentials: string[] }

/** A database with SKUs that sell seats, and the steps of a sale. */
export type SharedStage = Awaited<ReturnType<typeof createSharedStage>>

/** Opens an empty database and the steps a sale of seats takes. */
export async function createSharedStage(connections?: number) {
  const database: TestDatabase = await createTestDatabase(connections)
  const keys = testKeys()
  const deps = { db: database.db, keys }

  /** A SKU with one credential per number of seats; the secret of the first is `<code>-secret-1`. */
  async function sharedSku(seats: readonly number[], days: number | null = 30): Promise<SharedSku> {
    const sku = await writeSku(database.url, 'STOCK')
    const shared = await shareSku(deps, sku.code, days)
    if (!shared.ok) throw new Error(shared.error.code)
    const credentials: string[] = []
    for (const [index, count] of seats.entries()) {
      const secret = `${sku.code}-secret-${index + 1}`
      const added = await addCredential(
        deps,
        sku.code,
        { label: `Akun ${index + 1}`, secret, seats: count },
        { actor: 'test', now: new Date() },
      )
      if (!added.ok) throw new Error(added.error.code)
      credentials.push(added.value.id)
    }
    return { ...sku, credentials }
  }

  const orders = (wishes: { sku: SharedSku; quantity: number }[][]) =>
    writeOrders(database.url, wishes, { kind: 'STOCK' })

  async function line(sku: SharedSku, quantity = 1): Promise<TestLine> {
    const [first] = (await orders([[{ sku, quantity }]])).flat()
    if (first === undefined) throw new Error('no line')
    return first
  }

  /** Holds seats as a checkout does; one that `givesUp` rolls back at the last moment, after that. */
  async function hold(lines: TestLine[], givesUp?: () => Promise<unknown>): Promise<boolean> {
    const actor: Actor = { role: 'web', ...(lines[0] ? { tokenHash: lines[0].tokenHash } : {}) }
    const held = await database.db.transaction('test.hold', actor, async (tx) => {
      const reserved = await reserveStock(tx, lines, HOLD_MINUTES)
      if (!reserved.ok || givesUp === undefined) return reserved
      await givesUp()
      return { ok: false as const, error: [] }
    })
    return held.ok
  }

  const sell = (held: TestLine) =>
    database.db.transaction('test.sell', WORKER, (tx) => assignStock(tx, held, new Date()))

  /** Holds, sells and settles a line. */
  async function sold(sku: SharedSku, quantity = 1): Promise<TestLine> {
    const bought = await line(sku, quantity)
    if (!(await hold([bought])) || (await sell(bought)) !== 'delivered') throw new Error('not sold')
    await setLineState(database.url, [bought.lineId], 'DELIVERED')
    return bought
  }

  /** What the buyer of the line reads on her page. */
  async function reads({ orderId, tokenHash }: TestLine): Promise<string[]> {
    const revealed = await revealDeliveries(deps, { orderId, tokenHash, actor: 'buyer' })
    return revealed.flatMap(({ values }) => values)
  }

  /** How shared access stands for the buyer of the line. */
  async function access({ orderId, tokenHash }: TestLine): Promise<RevealedDelivery['shared'][]> {
    const revealed = await revealDeliveries(deps, { orderId, tokenHash, actor: 'buyer' })
    return revealed.map(({ shared }) => shared)
  }

  async function query<T extends Record<string, unknown>>(
    text: string,
    values: unknown[] = [],
  ): Promise<T[]> {
    return await queryAs<T>(database.url, text, values)
  }

  /** Seats in use per credential of the SKU, in the order the credentials were added. */
  async function taken({ skuId }: SharedSku): Promise<number[]> {
    const rows = await query<{ taken: number }>(
      `select count(*) filter (where not seat_is_free(state, held_until, expires_at))::int as taken
       from shared_seats where sku_id = $1 group by credential_id order by credential_id`,
      [skuId],
    )
    return rows.map((row) => row.taken)
  }

  /** How it goes with `work`, which another transaction may be in the way of: once it ended, or waits for a lock. */
  async function endsOrWaits(work: Promise<unknown>): Promise<'ended' | 'waits'> {
    let isDone = false
    const noteEnd = () => (isDone = true)
    void work.then(noteEnd, noteEnd)
    return await eventually('the work to end or to wait', async () => {
      if (isDone) return 'ended'
      const waiting = await query(
        `select 1 from pg_locks l join pg_stat_activity a on a.pid = l.pid
         where not l.granted and a.datname = current_database()`,
      )
      return waiting.length > 0 && 'waits'
    })
  }

  return {
    endsOrWaits,
    database,
    keys,
    deps,
    sharedSku,
    orders,
    line,
    hold,
    sell,
    release: (lines: TestLine[]) =>
      database.db.transaction('test.release', WORKER, (tx) =>
        releaseStock(
          tx,
          lines.map(({ lineId }) => lineId),
        ),
      ),
    sold,
    reads,
    access,
    query,
    taken,
  }
}
