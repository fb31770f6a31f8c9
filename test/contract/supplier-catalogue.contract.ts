import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { OfferRow, SupplierCatalogue } from '../../src/catalog/ports.ts'

/** A sandbox of a supplier with the switches the contract needs, and the adapter under test. */
export type CatalogueStage = {
  /** Of the adapter under test; a new one after each reset, so that no circuit is open. */
  readonly catalogue: SupplierCatalogue
  /** The same with a wrong key. */
  stranger(): SupplierCatalogue
  /** An adapter where nothing listens. */
  unreachable: SupplierCatalogue
  reset(): Promise<void>
  /** Lets every read go wrong in this way. */
  breakReads(fault: string): Promise<void>
  emptyList(): Promise<void>
  setPrice(code: string, price: number): Promise<void>
  /** Makes the next list be refused because it was asked for too often. */
  throttle(): Promise<void>
  stop(): Promise<void>
}

const FAULTS = [
  'timeout_before',
  'timeout_after',
  'reset',
  'http_500',
  'html',
  'truncate',
  'empty',
  'http_429',
]

/** What every catalogue behind the port must do; run against the supplier's sandbox. */
export function describeCatalogue(name: string, prepare: () => Promise<CatalogueStage>): void {
  describe(`catalogue of ${name}`, () => {
    let stage: CatalogueStage
    beforeAll(async () => {
      stage = await prepare()
    })
    beforeEach(() => stage.reset())
    afterAll(() => stage.stop())

    async function fetchAll(): Promise<OfferRow[]> {
      const fetched = await stage.catalogue.fetchOffers()
      if (!fetched.ok) throw new Error(`${fetched.error.code}: ${fetched.error.detail}`)
      return fetched.value
    }

    test('is a list of offers that can be read, each code once', async () => {
      const offers = await fetchAll()
      expect(offers.length).toBeGreaterThan(1_000)
      expect(new Set(offers.map((offer) => offer.code)).size).toBe(offers.length)
      expect(offers.filter((offer) => !isLegible(offer))).toEqual([])
      expect(offers.some((offer) => offer.available)).toBe(true)
      expect(offers.some((offer) => !offer.available)).toBe(true)
    })

    test('follows a price', async () => {
      const offer = (await fetchAll()).find((row) => row.available)
      await stage.reset()
      await stage.setPrice(offer?.code ?? '', 77_777)
      expect((await fetchAll()).find((row) => row.code === offer?.code)?.cost).toBe(77_777)
    })

    test('is empty when the supplier says so', async () => {
      await stage.emptyList()
      expect(await stage.catalogue.fetchOffers()).toEqual({ ok: true, value: [] })
    })

    test.each(FAULTS)('%s: no list instead of an empty one', async (fault) => {
      await stage.breakReads(fault)
      expect(await stage.catalogue.fetchOffers()).toMatchObject({ ok: false })
    })

    test('says who must do something: the account, the clock, or nobody', async () => {
      expect(await stage.stranger().fetchOffers()).toMatchObject({ ok: false, error: { code: 'refused' } })
      expect(await stage.stranger().fetchBalance()).toMatchObject({ ok: false, error: { code: 'refused' } })
      expect(await stage.unreachable.fetchOffers()).toMatchObject({ error: { code: 'unreachable' } })
      await stage.throttle()
      expect(await stage.catalogue.fetchOffers()).toMatchObject({
        ok: false,
        error: { code: 'throttled', retryAfterMs: expect.any(Number) },
      })
    })

    test('knows the balance in whole rupiah', async () => {
      const balance = await stage.catalogue.fetchBalance()
      expect(balance).toMatchObject({ ok: true, value: { balance: expect.any(Number) } })
      expect(Number.isSafeInteger(balance.ok && balance.value.balance)).toBe(true)
    })
  })
}

function isLegible(offer: OfferRow): boolean {
  const texts = [offer.code, offer.family, offer.name, offer.displayName]
  const isPriced = Number.isSafeInteger(offer.cost) && offer.cost > 0
  return offer.garbled === undefined && isPriced && texts.every((text) => text.trim() !== '')
}
