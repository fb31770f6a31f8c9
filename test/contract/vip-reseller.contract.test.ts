import { createServer, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RefusalReason } from '../../src/fulfilment/ports.ts'
import { createVipReseller, type VipReseller } from '../../src/providers/vip-reseller/vip-reseller.ts'
import { startVipSandbox, VIP_DEMO, type VipSandbox } from '../support/vip-sandbox.ts'
import { describeCatalogue } from './supplier-catalogue.contract.ts'
import { describeSupplier, type SupplierStage } from './supplier.contract.ts'

/** Short enough for faults that never answer, long enough for a busy machine. */
const TIMEOUTS = { orderMs: 700, readMs: 700, nicknameMs: 700 }
const SIGN = '10a93fbec8476048f48965bf5d608d46'
const CODE = 'CONTRACT'

const REFUSAL_TEXTS: Record<RefusalReason, string> = {
  account: 'Saldo Anda tidak cukup untuk melakukan pemesanan ini.',
  throttled: 'Transaksi dibatasi, coba lagi dalam 6 detik.',
  unavailable: 'Layanan tidak ditemukan atau saat ini tidak tersedia.',
  target: 'User id tidak sesuai.',
  other: 'Something went wrong, please contact the admin.',
}

type Offer = { code: string; displayName: string }

describeSupplier('vip-reseller', async () => {
  const sandbox = await startVipSandbox()
  const offer = await pickTopup(sandbox.connect())
  let current = sandbox.connect({ timeouts: TIMEOUTS })
  const stage: SupplierStage = {
    get supplier() {
      return current.supplier
    },
    unreachable: createVipReseller({ apiUrl: await closedUrl(), ...VIP_DEMO }).supplier,
    request: {
      reference: 'contract-1',
      serviceCode: offer.code,
      targetNo: '12345678',
      targetZone: '2685',
      maxPrice: 1_000_000,
    },
    displayName: offer.displayName,
    async reset() {
      await sandbox.control('reset', {})
      await sandbox.control('config', { webhookUrl: '', completeAfterMs: 3_600_000 })
      // Each case gets circuits of its own: the faults of one must not open them for the next.
      current = sandbox.connect({ timeouts: TIMEOUTS })
    },
    breakOrders: async (fault) =>
      void (await sandbox.control('faults', [{ match: { body: 'type=order' }, fault }])),
    breakReads: async (fault) => void (await sandbox.control('faults', [{ match: {}, fault }])),
    omitReferences: async () => void (await sandbox.control('config', { omitTrxid: true })),
    refuseFor: async (reason) =>
      void (await sandbox.control('outcome', { status: 'refuse', note: REFUSAL_TEXTS[reason] })),
    refuseVaguely: async () =>
      void (await sandbox.control('outcome', { status: 'refuse', note: REFUSAL_TEXTS.other })),
    finish: async (trxid, status, note) => void (await sandbox.control('finish', { trxid, status, note })),
    countCharged: async () => (await sandbox.orders()).orders.length,
    words: { success: 'success', failed: 'error', unfamiliar: 'partial' },
    stop: sandbox.stop,
  }
  return stage
})

describeCatalogue('vip-reseller', async () => {
  const sandbox = await startVipSandbox()
  let current = sandbox.connect({ timeouts: TIMEOUTS })
  return {
    get catalogue() {
      return current.catalogue
    },
    stranger: () => sandbox.connect({ apiKey: 'wrong' }).catalogue,
    unreachable: createVipReseller({ apiUrl: await closedUrl(), ...VIP_DEMO }).catalogue,
    async reset() {
      await sandbox.control('reset', {})
      await sandbox.control('config', { webhookUrl: '' })
      current = sandbox.connect({ timeouts: TIMEOUTS })
    },
    breakReads: async (fault) => void (await sandbox.control('faults', [{ match: {}, fault }])),
    emptyList: async () => void (await sandbox.control('config', { emptyCatalogue: true })),
    async setPrice(code, price) {
      await sandbox.control('price', { code: code.replace(/^prepaid\./, ''), price })
    },
    throttle: async () => void (await sandbox.control('config', { maintenance: true })),
    stop: sandbox.stop,
  }
})

/** An address where nothing listens: a port that was free a moment ago. */
async function closedUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}/api`
}

async function pickTopup(vip: VipReseller): Promise<Offer> {
  const offers = await vip.catalogue.fetchOffers()
  const offer = offers.ok
    ? offers.value.find((row) => row.available && row.family === 'Mobile Legends A')
    : undefined
  if (offer === undefined) throw new Error('the sandbox has no Mobile Legends offer')
  return offer
}

describe('vip-reseller beyond the contract', () => {
  let sandbox: VipSandbox
  let vip: VipReseller
  beforeAll(async () => {
    sandbox = await startVipSandbox()
  })
  afterAll(() => sandbox.stop())
  beforeEach(async () => {
    await sandbox.control('reset', {})
    await sandbox.control('config', { webhookUrl: '' })
    vip = sandbox.connect({ timeouts: TIMEOUTS })
  })

  test('the catalogue has games and prepaid goods at the price of the account tier', async () => {
    const basic = await vip.catalogue.fetchOffers()
    await sandbox.control('config', { level: 'Special' })
    const special = await vip.catalogue.fetchOffers()
    if (!basic.ok || !special.ok) throw new Error('no catalogue')
    const codes = new Set(basic.value.map((offer) => offer.code))
    expect(codes.size).toBe(basic.value.length)
    expect(basic.value.some((offer) => offer.code.startsWith('prepaid.'))).toBe(true)
    const total = (offers: typeof basic.value): number => offers.reduce((sum, offer) => sum + offer.cost, 0)
    expect(total(special.value)).toBeLessThan(total(basic.value))
    expect(await vip.catalogue.fetchBalance()).toMatchObject({ ok: true, value: { tier: 'Special' } })
  })

  test.each(['html', 'truncate', 'http_500', 'timeout_before', 'empty'])(
    '%s: no catalogue instead of an empty one',
    async (fault) => {
      await sandbox.control('faults', [{ match: { body: 'type=services', nth: 1 }, fault }])
      expect(await vip.catalogue.fetchOffers()).toMatchObject({ ok: false })
    },
  )

  test('a refused account is told apart from an empty catalogue', async () => {
    await sandbox.control('config', { emptyCatalogue: true })
    expect(await vip.catalogue.fetchOffers()).toEqual({ ok: true, value: [] })
    const stranger = sandbox.connect({ apiKey: 'wrong' })
    expect(await stranger.catalogue.fetchOffers()).toMatchObject({ ok: false, error: { code: 'refused' } })
  })

  test('nicknames: found with its region, not found, and doubt that stops no sale', async () => {
    const check = (code: string, target: string) =>
      vip.accountChecker.checkAccount({ code, target, zone: '2685' })
    expect(await check('mobile-legends', '12345678')).toMatchObject({
      valid: true,
      nickname: expect.any(String),
      region: expect.any(String),
    })
    expect(await check('mobile-legends', '12345000')).toMatchObject({ valid: false })
    expect(await check('no-such-game', '12345678')).toMatchObject({ valid: null })
    await sandbox.control('faults', [{ match: {}, fault: 'timeout_before' }])
    expect(await check('mobile-legends', '12345678')).toMatchObject({ valid: null })
  })

  test('an unfamiliar state word is told', async () => {
    const { code } = await pickTopup(vip)
    const request = { reference: 'word', serviceCode: code, targetNo: '12345678', targetZone: '2685' }
    const placed = await vip.supplier.place({ ...request, maxPrice: 1_000_000 })
    if (placed.kind !== 'accepted') throw new Error(placed.kind)
    await sandbox.control('finish', { trxid: placed.supplierRef, status: 'partial', note: '' })
    const found = await vip.supplier.findOrder(placed.supplierRef)
    expect(found).toMatchObject({ ok: true, value: { state: 'pending', unfamiliarState: true } })
  })

  test('prepaid orders live on their own endpoint under a marked reference', async () => {
    const offers = await vip.catalogue.fetchOffers()
    const offer = offers.ok
      ? offers.value.find((row) => row.available && row.code.startsWith('prepaid.'))
      : undefined
    const placed = await vip.supplier.place({
      reference: 'contract-2',
      maxPrice: 1_000_000,
      serviceCode: offer?.code ?? '',
      targetNo: '081200000001',
      targetZone: '',
    })
    if (placed.kind !== 'accepted') throw new Error(placed.kind)
    expect(placed.supplierRef).toMatch(/^prepaid\./)
    const found = await vip.supplier.findOrder(placed.supplierRef)
    expect(found).toMatchObject({ ok: true, value: { displayName: offer?.displayName } })
  })
})

describe('vip-reseller messages', () => {
  const { supplier } = createVipReseller({ apiUrl: 'http://127.0.0.1:1/api', ...VIP_DEMO })
  const row = { trxid: 'VP1', data: '1', zone: '', service: 'A - B', status: 'success', note: 'SN', price: 1 }
  const read = (body: string, signature: string | null) =>
    supplier.readMessage(
      Buffer.from(body),
      new Headers(signature === null ? {} : { 'X-Client-Signature': signature }),
    )

  test.each([
    ['an object', JSON.stringify({ data: row }), 'VP1'],
    ['a list of one', JSON.stringify({ data: [row] }), 'VP1'],
    ['a prepaid order', JSON.stringify({ data: [{ ...row, code: CODE }] }), 'prepaid.VP1'],
    ['a form', new URLSearchParams({ trxid: 'VP1', status: 'success' }).toString(), 'VP1'],
    [
      'a form with brackets',
      new URLSearchParams({ 'data[trxid]': 'VP1', 'data[status]': 'success' }).toString(),
      'VP1',
    ],
    ['a form around JSON', new URLSearchParams({ data: JSON.stringify(row) }).toString(), 'VP1'],
  ])('reads %s', (_, body, supplierRef) => {
    expect(read(body, SIGN)).toEqual({ ok: true, value: { supplierRef, claimedState: 'success' } })
  })

  test.each([
    ['no signature', null],
    ['an empty one', ''],
    ['the key and id in the wrong order', '1fcd7519dffd6c9c129a299c32953da7'],
    ['a longer one', `${SIGN}0`],
  ])('refuses %s as forged', (_, signature) => {
    expect(read(JSON.stringify({ data: row }), signature)).toEqual({ ok: false, error: { code: 'forged' } })
  })

  test.each(['', '[]', '{"data":[]}', '{"data":{}}', 'null', '<html></html>'])(
    'refuses %j as malformed',
    (body) => {
      expect(read(body, SIGN)).toEqual({ ok: false, error: { code: 'malformed' } })
    },
  )
})
