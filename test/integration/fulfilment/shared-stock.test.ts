import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  addCredential,
  assignStock,
  countStock,
  importStock,
  listCredentials,
  rotateCredential,
  rotateSealing,
  setCredentialState,
  shareSku,
} from '../../../src/fulfilment/index.ts'
import type { Tx } from '../../../src/platform/database.ts'
import { makeShared } from '../../../src/fulfilment/shared/credential-store.ts'
import { insertBatch, insertUnits, keepUnique } from '../../../src/fulfilment/stock/stock-batch-store.ts'
import { writeSku, type TestLine } from './fulfilment-fixture.ts'
import { createSharedStage, type SharedStage } from './shared-fixture.ts'

let stage: SharedStage
beforeAll(async () => {
  stage = await createSharedStage()
})
afterAll(() => stage.database.drop())

const DAY = `interval '1 day'`

/** Lets the time of every seat and hold of a line pass. */
async function endSeats(lineId: string): Promise<void> {
  await stage.query(
    `update shared_seats set expires_at = expires_at - 400 * ${DAY}, held_until = held_until - 400 * ${DAY}
     where line_id = $1`,
    [lineId],
  )
}

/** Lets the accounts of a SKU end so long from now. */
async function endCredentials(skuId: string, after: string): Promise<void> {
  await stage.query(`update shared_credentials set expires_at = now() + ${after} where sku_id = $1`, [skuId])
}

async function countReveals(lineId: string): Promise<number> {
  return (await stage.query('select 1 from reveals where line_id = $1', [lineId])).length
}

describe('seats', () => {
  test('go to the least used credential first and are shown to their buyers only', async () => {
    const sku = await stage.sharedSku([2, 2])
    const first = await stage.sold(sku)
    const second = await stage.sold(sku)
    expect(await stage.taken(sku)).toEqual([1, 1])
    expect(await stage.reads(first)).toEqual([`${sku.code}-secret-1`])
    expect(await stage.reads(second)).toEqual([`${sku.code}-secret-2`])
    expect(await stage.reads({ ...first, tokenHash: randomBytes(32) })).toEqual([])
  })

  test('two seats of one line are two deliveries; repeating the sale adds none', async () => {
    const sku = await stage.sharedSku([3])
    const line = await stage.sold(sku, 2)
    expect(await stage.sell(line)).toBe('delivered')
    expect(await stage.taken(sku)).toEqual([2])
    expect(await stage.reads(line)).toHaveLength(2)
  })

  test('a hold that ran out is free for others, and its line is served anew', async () => {
    const sku = await stage.sharedSku([1, 1])
    const late = await stage.line(sku)
    expect(await stage.hold([late])).toBe(true)
    await endSeats(late.lineId)
    const quick = await stage.sold(sku)
    const other = await stage.sold(sku)
    expect(await stage.sell(late)).toBe('short')
    expect(await stage.taken(sku)).toEqual([1, 1])
    expect([await stage.reads(quick), await stage.reads(other)].flat().sort()).toEqual([
      `${sku.code}-secret-1`,
      `${sku.code}-secret-2`,
    ])
  })

  test('a late payment takes its own seat while nobody else did', async () => {
    const sku = await stage.sharedSku([1])
    const late = await stage.line(sku)
    await stage.hold([late])
    await endSeats(late.lineId)
    expect(await stage.sell(late)).toBe('delivered')
  })

  test('released seats come back', async () => {
    const sku = await stage.sharedSku([1])
    const line = await stage.line(sku)
    await stage.hold([line])
    await stage.release([line])
    expect(await stage.taken(sku)).toEqual([0])
    await stage.sold(sku)
  })

  test('come back when their time is over; the former buyer reads nothing more', async () => {
    const sku = await stage.sharedSku([1], 30)
    const former = await stage.sold(sku)
    expect(await stage.access(former)).toEqual([{ expiresAt: expect.any(Date) as unknown }])
    await endSeats(former.lineId)
    const shown = await countReveals(former.lineId)
    expect(await stage.reads(former)).toEqual([])
    expect(await countReveals(former.lineId)).toBe(shown)
    expect(await stage.access(former)).toEqual([{ expiresAt: expect.any(Date) as unknown }])
    const next = await stage.sold(sku)
    expect(await stage.reads(next)).toEqual([`${sku.code}-secret-1`])
    expect(await stage.reads(former)).toEqual([])
    expect(await stage.sell(former)).toBe('delivered')
    expect(await stage.taken(sku)).toEqual([1])
  })

  test('without days they have no end', async () => {
    const sku = await stage.sharedSku([1], null)
    const line = await stage.sold(sku)
    expect(await stage.access(line)).toEqual([{}])
  })

  test('are not sold from a credential that ends before the buyer does', async () => {
    const sku = await stage.sharedSku([1], 30)
    await endCredentials(sku.skuId, `29 * ${DAY}`)
    expect(await stage.hold([await stage.line(sku)])).toBe(false)
    await endCredentials(sku.skuId, `31 * ${DAY}`)
    expect(await stage.hold([await stage.line(sku)])).toBe(true)
  })

  test('are not held when the hold could outlast the last moment to sell them', async () => {
    const sku = await stage.sharedSku([1], 30)
    await endCredentials(sku.skuId, `30 * ${DAY} + interval '20 minutes'`)
    expect(await stage.hold([await stage.line(sku)])).toBe(false)
    await endCredentials(sku.skuId, `30 * ${DAY} + interval '40 minutes'`)
    expect(await stage.hold([await stage.line(sku)])).toBe(true)
  })

  test('are not sold to a payment so late that they would outlast the account', async () => {
    const sku = await stage.sharedSku([1], 30)
    const late = await stage.line(sku)
    await stage.hold([late])
    await endCredentials(sku.skuId, `29 * ${DAY}`)
    expect(await stage.sell(late)).toBe('short')
    expect(await stage.taken(sku)).toEqual([0])
  })

  test('are counted for the shelf', async () => {
    const sku = await stage.sharedSku([3, 2])
    await stage.sold(sku)
    await stage.hold([await stage.line(sku)])
    const counted = await stage.database.db.transaction('test.count', { role: 'web' }, (tx) =>
      countStock(tx, [sku.skuId]),
    )
    expect(counted).toEqual(new Map([[sku.skuId, 3]]))
  })
})

describe('a credential', () => {
  test('that is paused sells nothing, held seats move to another one, holders keep what they see', async () => {
    const sku = await stage.sharedSku([2, 2])
    const [first = ''] = sku.credentials
    const holder = await stage.sold(sku)
    const [second] = [await stage.sold(sku)]
    const waiting = await stage.line(sku)
    await stage.hold([waiting])
    expect(await setCredentialState(stage.deps, first, 'PAUSED', 'test')).toEqual({
      ok: true,
      value: undefined,
    })
    expect(await stage.sell(waiting)).toBe('delivered')
    expect(await stage.hold([await stage.line(sku)])).toBe(false)
    expect(await stage.reads(holder)).toEqual([`${sku.code}-secret-1`])
    expect(await stage.reads(second)).toEqual([`${sku.code}-secret-2`])
    const [paused] = await listCredentials(stage.deps, sku.code)
    expect(paused).toMatchObject({ id: first, state: 'PAUSED', seats: 2, taken: 1, held: 0 })
  })

  test('that gets a new secret shows it to every holder and tells each line once', async () => {
    const sku = await stage.sharedSku([5])
    const [id = ''] = sku.credentials
    const holders = [await stage.sold(sku), await stage.sold(sku, 2)]
    const gone = await stage.sold(sku)
    await endSeats(gone.lineId)
    expect(await rotateCredential(stage.deps, id, 'kata-sandi-baru\n', 'sari')).toEqual({
      ok: true,
      value: { told: 2 },
    })
    expect(await rotateCredential(stage.deps, id, 'kata-sandi-baru', 'sari')).toEqual({
      ok: true,
      value: { told: 0 },
    })
    expect(await Promise.all(holders.map((line) => stage.reads(line)))).toEqual([
      ['kata-sandi-baru'],
      ['kata-sandi-baru', 'kata-sandi-baru'],
    ])
    expect(await stage.reads(gone)).toEqual([])
    const events = await stage.query(
      `select line_id, data from outbox_events where kind = 'credential.changed' and line_id = any ($1::uuid[])`,
      [[...holders, gone].map(({ lineId }) => lineId)],
    )
    expect(new Set(events.map(({ line_id }) => line_id))).toEqual(
      new Set(holders.map(({ lineId }) => lineId)),
    )
    expect(events.every(({ data }) => JSON.stringify(data) === '{"version":2}')).toBe(true)
    const changes = await stage.query(
      'select action, version, told, actor from credential_changes where credential_id = $1 order by at, id',
      [id],
    )
    expect(changes).toEqual([
      { action: 'ADDED', version: 1, told: 0, actor: 'test' },
      { action: 'ROTATED', version: 2, told: 2, actor: 'sari' },
    ])
  })

  test('whose secret changes while a seat is being sold tells that buyer too', async () => {
    expect(await rotateDuring((tx, line) => assignStock(tx, line, new Date()))).toEqual({
      told: 1,
      waited: true,
    })
  })

  test('sabotage: a sale that does not share the lock leaves its buyer with the old secret untold', async () => {
    const unlocked = (tx: Tx, line: TestLine) =>
      tx.rows({
        text: `update shared_seats set state = 'SOLD', held_until = null where line_id = $1`,
        values: [line.lineId],
      })
    expect(await rotateDuring(unlocked)).toEqual({ told: 0, waited: false })
  })

  /** Changes the secret while the transaction that sells a seat is open. */
  async function rotateDuring(sale: (tx: Tx, line: TestLine) => Promise<unknown>) {
    const sku = await stage.sharedSku([1])
    const line = await stage.line(sku)
    await stage.hold([line])
    const { resolve: letGo, promise: gone } = Promise.withResolvers<void>()
    const { resolve: noteSale, promise: isSold } = Promise.withResolvers<void>()
    const selling = stage.database.db.transaction('test.slow-sale', { role: 'worker' }, async (tx) => {
      await sale(tx, line)
      noteSale()
      await gone
    })
    await isSold
    const rotating = rotateCredential(stage.deps, sku.credentials[0] ?? '', 'sesudah', 'test')
    const outcome = await stage.endsOrWaits(rotating)
    letGo()
    await selling
    const rotated = await rotating
    return { told: rotated.ok ? rotated.value.told : -1, waited: outcome === 'waits' }
  }

  test('is taken once per SKU, and only where seats are sold', async () => {
    const sku = await stage.sharedSku([1])
    const again = { label: 'Sekali lagi', secret: `${sku.code}-secret-1`, seats: 1 }
    const refusal = async (code: string, change = {}) => {
      const added = await addCredential(
        stage.deps,
        code,
        { ...again, ...change },
        { actor: 'test', now: new Date() },
      )
      return added.ok ? 'added' : added.error.code
    }
    expect(await refusal(sku.code)).toBe('invalid_request')
    expect(await refusal(sku.code, { secret: 'x', seats: 0 })).toBe('invalid_request')
    expect(await refusal(sku.code, { secret: ' \n' })).toBe('invalid_request')
    expect(await refusal(sku.code, { secret: 'x', expiresAt: 'besok' })).toBe('end_invalid')
    expect(await refusal(sku.code, { secret: 'x', expiresAt: '2020-01-01T00:00:00Z' })).toBe('end_invalid')
    expect(await refusal('TIDAK-ADA')).toBe('sku_unknown')
    const unique = await writeSku(stage.database.url, 'STOCK')
    expect(await refusal(unique.code)).toBe('not_shared')
  })

  test('is never read by web or worker, and by the vault only for a holder', async () => {
    const sku = await stage.sharedSku([2])
    const line = await stage.sold(sku)
    const peek = { text: 'select sealed from shared_credentials' }
    for (const role of ['web', 'worker'] as const) {
      await expect(stage.database.db.once('test.peek', { role }, peek)).rejects.toMatchObject({
        code: '42501',
      })
    }
    const asVault = (tokenHash: Buffer) =>
      stage.database.db.once('test.peek', { role: 'vault', tokenHash }, peek)
    expect(await asVault(randomBytes(32))).toEqual([])
    expect(await asVault(line.tokenHash)).toHaveLength(1)
  })

  test('keeps opening after its wrapping key changed', async () => {
    const sku = await stage.sharedSku([1])
    const line = await stage.sold(sku)
    const current = 'baru'
    const keys = {
      ...stage.keys,
      current,
      sealing: new Map(stage.keys.sealing).set(current, randomBytes(32)),
    }
    expect((await rotateSealing({ db: stage.database.db, keys })).moved).toBeGreaterThan(0)
    const rows = await stage.query(`select key_id from shared_credentials where key_id <> 'baru'`)
    expect(rows).toEqual([])
    await expect(stage.reads(line)).rejects.toThrow()
    await rotateSealing({ db: stage.database.db, keys: { ...keys, current: stage.keys.current } })
    expect(await stage.reads(line)).toEqual([`${sku.code}-secret-1`])
  })
})

describe('a SKU', () => {
  test('does not become shared over units on its shelf, and then takes none', async () => {
    const sku = await writeSku(stage.database.url, 'STOCK')
    const codes = 'code\nSATU\n'
    await importStock(stage.deps, sku.code, codes, 'test')
    expect(await shareSku(stage.deps, sku.code, 30)).toMatchObject({ error: { code: 'has_units' } })
    const empty = await stage.sharedSku([])
    expect(await importStock(stage.deps, empty.code, codes, 'test')).toMatchObject({
      error: { code: 'not_stock' },
    })
    expect(await shareSku(stage.deps, empty.code, 0)).toMatchObject({ error: { code: 'invalid_request' } })
    expect(await shareSku(stage.deps, 'TIDAK-ADA', 1)).toMatchObject({ error: { code: 'sku_unknown' } })
  })

  test('waits for an import that is not committed yet, and sees its units', async () => {
    expect(await shareDuringImport(({ code }) => shareSku(stage.deps, code, 30))).toEqual({
      outcome: 'waits',
      shared: { ok: false, error: { code: 'has_units' } },
    })
  })

  test('sabotage: without the lock it becomes shared over units that nobody can buy any more', async () => {
    const unlocked = ({ skuId }: { skuId: string }) =>
      stage.database.db.transaction('test.share', { role: 'worker' }, (tx) => makeShared(tx, skuId, 30))
    expect(await shareDuringImport(unlocked)).toEqual({ outcome: 'ended', shared: true })
  })

  /** Shares a SKU while the transaction that stores its first unit is open. */
  async function shareDuringImport(share: (sku: { code: string; skuId: string }) => Promise<unknown>) {
    const sku = await writeSku(stage.database.url, 'STOCK')
    const { resolve: letGo, promise: gone } = Promise.withResolvers<void>()
    const { resolve: noteImport, promise: isImported } = Promise.withResolvers<void>()
    const importing = stage.database.db.transaction('test.slow-import', { role: 'worker' }, async (tx) => {
      const batch = { id: randomUUID(), skuId: sku.skuId }
      await insertBatch(tx, { ...batch, label: sku.code, actor: 'test' })
      const unit = { id: randomUUID(), fingerprint: randomBytes(32), sealed: randomBytes(32), keyId: 'k' }
      expect(await insertUnits(tx, batch, [unit])).toBe(1)
      noteImport()
      await gone
    })
    await isImported
    const sharing = share(sku)
    const outcome = await stage.endsOrWaits(sharing)
    letGo()
    await importing
    return { outcome, shared: await sharing }
  }

  test('that began to sell seats during an import takes no more units', async () => {
    const sku = await stage.sharedSku([])
    const asWorker = (skuId: string) =>
      stage.database.db.transaction('test.keep', { role: 'worker' }, (tx) => keepUnique(tx, skuId))
    expect(await asWorker(sku.skuId)).toBe(false)
    expect(await asWorker((await writeSku(stage.database.url, 'STOCK')).skuId)).toBe(true)
  })
})
