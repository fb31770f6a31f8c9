import type { Result } from '../../src/shared/result.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { PurchaseRequest, RefusalReason, Supplier, SupplierState } from '../../src/fulfilment/ports.ts'

/** A sandbox of a supplier with the switches the contract needs, and the adapter under test. */
export type SupplierStage = {
  supplier: Supplier
  /** An adapter whose every port is closed. */
  unreachable: Supplier
  request: PurchaseRequest
  /** How the supplier's list names the requested product. */
  displayName: string
  reset(): Promise<void>
  /** Lets the n-th next order call go wrong in this way. */
  breakOrders(fault: string): Promise<void>
  breakReads(fault: string): Promise<void>
  /** Accepts orders without telling their reference; absent where the reference is ours. */
  omitReferences?: () => Promise<void>
  /** Answers the next orders with a no that proves nothing. */
  refuseVaguely(): Promise<void>
  /** Makes the next orders be refused for this reason. */
  refuseFor(reason: RefusalReason): Promise<void>
  /** Puts an order into a state by the supplier's own word. */
  finish(supplierRef: string, word: string, note: string): Promise<void>
  /** Orders that the supplier charged. */
  countCharged(): Promise<number>
  words: { success: string; failed: string; unfamiliar: string }
  stop(): Promise<void>
}

/** Faults after which the supplier has the order, and ones after which it has not: the adapter cannot tell. */
const LOST_AFTER = ['timeout_after', 'truncate', 'empty']
const LOST_BEFORE = ['timeout_before', 'reset', 'http_500', 'html']
const REFUSALS: RefusalReason[] = ['account', 'throttled', 'unavailable', 'target']

/** What every adapter behind the Supplier port must do; run against its sandbox. */
export function describeSupplier(name: string, prepare: () => Promise<SupplierStage>): void {
  describe(`supplier ${name}`, () => {
    let stage: SupplierStage
    beforeAll(async () => {
      stage = await prepare()
    })
    afterAll(() => stage.stop())
    beforeEach(() => stage.reset())

    describePurchases(() => stage)
    describeOrderBooks(() => stage)
    describeDoubt(() => stage)
    describeReads(() => stage)
  })
}

async function placeAccepted(stage: SupplierStage): Promise<{ supplierRef: string; price: number }> {
  const outcome = await stage.supplier.place(stage.request)
  if (outcome.kind !== 'accepted')
    throw new Error(`expected an accepted order, got ${JSON.stringify(outcome)}`)
  return outcome
}

/** How the order stands now, asked the way that the supplier's traits say. */
async function look(
  stage: SupplierStage,
  supplierRef: string,
): Promise<{ state: SupplierState; note: string } | undefined> {
  if (!stage.supplier.traits.repeatable) {
    const found = await stage.supplier.findOrder(supplierRef)
    return found.ok ? found.value : undefined
  }
  const outcome = await stage.supplier.place(stage.request)
  return outcome.kind === 'accepted' ? outcome : undefined
}

/** What a supplier that keeps no reference of ours must offer instead, and what one that does must hold to. */
function describeOrderBooks(stage: () => SupplierStage): void {
  test('the same call again buys once where the traits say so, and only there', async () => {
    const { supplier, request } = stage()
    const first = await placeAccepted(stage())
    const again = await supplier.place(request)
    expect(again).toMatchObject({ kind: 'accepted' })
    const isSame = again.kind === 'accepted' && again.supplierRef === first.supplierRef
    expect(isSame).toBe(supplier.traits.repeatable)
    expect(await stage().countCharged()).toBe(supplier.traits.repeatable ? 1 : 2)
  })

  test('a price above the limit is refused where the traits say so', async () => {
    const { supplier, request } = stage()
    const outcome = await supplier.place({ ...request, maxPrice: 1 })
    expect(outcome).toMatchObject(
      supplier.traits.capsPrice ? { kind: 'refused', reason: 'unavailable' } : { kind: 'accepted' },
    )
    expect(await stage().countCharged()).toBe(supplier.traits.capsPrice ? 0 : 1)
  })

  test('an accepted order is found by its reference and in the list, as it was sent', async () => {
    const { supplier, request, displayName } = stage()
    if (supplier.traits.repeatable) return
    const { supplierRef, price } = await placeAccepted(stage())
    const expected = {
      supplierRef,
      price,
      displayName,
      targetNo: request.targetNo,
      targetZone: request.targetZone,
    }
    expect(await supplier.findOrder(supplierRef)).toMatchObject({ ok: true, value: expected })
    const listed = await supplier.listRecentOrders(50)
    expect(listed.ok && listed.value.map((order) => order.supplierRef)).toEqual([supplierRef])
  })

  test('newest orders come first', async () => {
    if (stage().supplier.traits.repeatable) return
    const first = await placeAccepted(stage())
    const second = await placeAccepted(stage())
    const listed = await stage().supplier.listRecentOrders(50)
    expect(listed.ok && listed.value.map((order) => order.supplierRef)).toEqual([
      second.supplierRef,
      first.supplierRef,
    ])
  })
}

function describePurchases(stage: () => SupplierStage): void {
  test('success brings what was delivered, failure the reason, an unfamiliar word nothing yet', async () => {
    const { words } = stage()
    const { supplierRef } = await placeAccepted(stage())
    await stage().finish(supplierRef, words.unfamiliar, '')
    expect(await look(stage(), supplierRef)).toMatchObject({ state: 'pending' })
    await stage().finish(supplierRef, words.success, 'SN-1')
    expect(await look(stage(), supplierRef)).toMatchObject({ state: 'success', note: 'SN-1' })
    await stage().finish(supplierRef, words.failed, 'salah')
    expect(await look(stage(), supplierRef)).toMatchObject({
      state: 'failed',
      note: expect.stringContaining('salah'),
    })
  })

  test.each(REFUSALS)('a refusal for %s is definite and charges nothing', async (reason) => {
    await stage().refuseFor(reason)
    expect(await stage().supplier.place(stage().request)).toMatchObject({ kind: 'refused', reason })
    expect(await stage().countCharged()).toBe(0)
  })

  test('an order to a supplier that cannot be reached was not sent', async () => {
    expect(await stage().unreachable.place(stage().request)).toMatchObject({ kind: 'not_sent' })
  })
}

function describeDoubt(stage: () => SupplierStage): void {
  test.each(LOST_AFTER)('%s: the order exists and the outcome is unknown', async (fault) => {
    await stage().breakOrders(fault)
    expect(await stage().supplier.place(stage().request)).toMatchObject({ kind: 'unknown' })
    expect(await stage().countCharged()).toBe(1)
  })

  test.each(LOST_BEFORE)('%s: the order does not exist and the outcome is unknown', async (fault) => {
    await stage().breakOrders(fault)
    expect(await stage().supplier.place(stage().request)).toMatchObject({ kind: 'unknown' })
    expect(await stage().countCharged()).toBe(0)
  })

  test('accepted without a reference is unknown', async () => {
    const { omitReferences } = stage()
    if (omitReferences === undefined) return
    await omitReferences()
    expect(await stage().supplier.place(stage().request)).toMatchObject({ kind: 'unknown' })
    expect(await stage().countCharged()).toBe(1)
  })

  test('a refusal that proves nothing is unknown', async () => {
    await stage().refuseVaguely()
    expect(await stage().supplier.place(stage().request)).toMatchObject({ kind: 'unknown' })
  })
}

/** Every read that asks this supplier something; one that knows our reference has no order list. */
async function readEverything(
  supplier: Supplier,
  supplierRef: string,
): Promise<Result<unknown, { code: string }>[]> {
  const books = supplier.traits.repeatable
    ? []
    : [supplier.findOrder(supplierRef), supplier.listRecentOrders(50)]
  return await Promise.all([...books, supplier.fetchBalance()])
}

function describeReads(stage: () => SupplierStage): void {
  test('an unknown reference and an empty list are answers', async () => {
    expect(await stage().supplier.findOrder('NOBODY')).toEqual({ ok: true, value: undefined })
    expect(await stage().supplier.listRecentOrders(50)).toEqual({ ok: true, value: [] })
  })

  test('the balance is whole rupiah and falls by the price', async () => {
    const before = await stage().supplier.fetchBalance()
    const { price } = await placeAccepted(stage())
    const after = await stage().supplier.fetchBalance()
    expect(before.ok && after.ok && before.value - after.value).toBe(price)
  })

  test.each([...LOST_AFTER, ...LOST_BEFORE])(
    '%s on a read is a failure, never an empty answer',
    async (fault) => {
      const { supplierRef } = await placeAccepted(stage())
      await stage().breakReads(fault)
      const answers = await readEverything(stage().supplier, supplierRef)
      expect(answers.map((answer) => answer.ok)).toEqual(answers.map(() => false))
    },
  )

  test('nothing throws when the supplier cannot be reached', async () => {
    const { unreachable } = stage()
    const answers = await readEverything(unreachable, 'X')
    expect(answers).toEqual(
      answers.map(() =>
        expect.objectContaining({ ok: false, error: expect.objectContaining({ code: 'unreachable' }) }),
      ),
    )
  })
}
