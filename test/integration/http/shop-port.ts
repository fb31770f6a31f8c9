import { exitsPort, tasksPort } from './exits-port.ts'
import { err, ok } from '#shared/result.ts'
import type { App } from '../../../src/app.ts'
import { EXAMPLE_SERVICE } from '../../../src/http/api/service-schemas.ts'
import type { Quote, TrackView } from '../../../src/orders/order-view.ts'
import { invitesPort } from './invites-port.ts'
import { methodsPort, OFFER } from './methods-port.ts'
import { incidentsPort, messagesPort } from './messages-port.ts'
import { pricesPort } from './prices-port.ts'
import { sharedStockPort } from './shared-stock-port.ts'
import { suppliersPort } from './suppliers-port.ts'
import { exportsPort, feedPort, mediaPort, syncPort } from './sync-port.ts'

/** The one token the port knows. */
export const TOKEN = 'tracking-token-of-the-test-0001'

export const QUOTE: Quote = {
  lines: [
    {
      sku: 'ML-86',
      name: '86 Diamonds',
      product: 'Mobile Legends',
      quantity: 1,
      unitPrice: 20500,
      total: 20500,
    },
  ],
  subtotal: 20500,
  discount: 0,
  pointsValue: 0,
  fee: 0,
  total: 20500,
  methods: [OFFER],
}

/** A view of the order behind the token. */
export function trackView(version: number, status: TrackView['status'] = 'WAITING_PAYMENT'): TrackView {
  return {
    orderNumber: 'LP-7K2M9Q4XA0',
    status,
    total: 20500,
    subtotal: 20500,
    fee: 0,
    currency: 'IDR',
    createdAt: '2026-11-21T00:00:00.000Z',
    expiresAt: null,
    version,
    timeline: [],
    payment: { method: 'midtrans', status: 'waiting', canRenew: true },
    lines: [],
  }
}

type Overrides = { [K in keyof App]?: Partial<App[K]> }

/** One order behind one token, which changes while somebody waits. */
function ordersPort(): App['orders'] {
  const keys = new Map<string, string>()
  let isChanged = false
  return {
    quote: async () => ok(QUOTE),
    create: async (request, key) => {
      if (key === undefined) return err({ code: 'idempotency_key_missing' })
      const body = JSON.stringify(request)
      const known = keys.get(key)
      if (known !== undefined && known !== body) return err({ code: 'idempotency_key_reused' })
      keys.set(key, body)
      const order = {
        orderNumber: 'LP-7K2M9Q4XA0',
        trackingToken: TOKEN,
        status: 'WAITING_PAYMENT' as const,
        currency: 'IDR' as const,
        total: 20500,
        lines: QUOTE.lines,
        payment: { method: 'midtrans', reference: 'pay-1' },
        links: { invoice: '/invoice/LP-7K2M9Q4XA0', track: `/track/${TOKEN}` },
      }
      return ok(known === undefined ? order : { ...order, isReplayed: true })
    },
    track: async (token) => {
      if (token !== TOKEN) return undefined
      return isChanged ? trackView(2, 'SUCCESS') : trackView(1)
    },
    refreshPayment: async (token) => (token === TOKEN ? trackView(2) : undefined),
    cancel: async (token) => (token === TOKEN ? ok(trackView(3, 'CANCELLED')) : err({ code: 'not_found' })),
    paymentMethods: async (token) => (token === TOKEN ? [OFFER] : []),
    renewPayment: async (token) => (token === TOKEN ? ok(trackView(4)) : err({ code: 'not_found' })),
    qrPicture: async (token) => (token === TOKEN ? Buffer.from([0x89, 0x50, 0x4e, 0x47]) : undefined),
    ...exitsPort(TOKEN, trackView),
    waitForChange: async () => {
      isChanged = true
      return true
    },
  }
}

/** The domain as the HTTP layer sees it, with fixed answers; `overrides` replaces single ones. */
export function shopPort(overrides: Overrides = {}): App {
  return {
    catalog: {
      listServices: async () => ({ services: [EXAMPLE_SERVICE], nextCursor: null }),
      listCards: async () => ({ cards: [], nextCursor: null, total: 0 }),
      findService: async (slug) => (slug === EXAMPLE_SERVICE.slug ? EXAMPLE_SERVICE : undefined),
      listCategories: async () => [],
      checkAccount: async () => ({ valid: true, nickname: 'Sari' }),
      ...overrides.catalog,
    },
    orders: { ...ordersPort(), ...overrides.orders },
    webhooks: {
      accept: async (_provider, body) =>
        body.toString() === 'forged'
          ? err({ code: 'forged' })
          : ok({ status: 200, contentType: 'application/json', body: '{"status":true}' }),
      ...overrides.webhooks,
    },
    operator: {
      processOrders: async () => ({ processed: 1, succeeded: 1, pending: 0, failed: 0 }),
      syncStatus: async () => ({ checked: 1, updated: 1, pending: 0, failed: 0 }),
      testSupplier: async () => ({ ok: true, balance: 1000, message: 'OK' }),
      importStock: async () =>
        ok({ batchId: 'b', imported: 2, duplicates: 0, rejected: [], rejectedTotal: 0 }),
      ...overrides.operator,
    },
    tasks: { ...tasksPort(), ...overrides.tasks },
    sync: { ...syncPort(), ...overrides.sync },
    prices: { ...pricesPort(), ...overrides.prices },
    methods: { ...methodsPort(), ...overrides.methods },
    invites: { ...invitesPort(), ...overrides.invites },
    suppliers: { ...suppliersPort(), ...overrides.suppliers },
    sharedStock: { ...sharedStockPort(), ...overrides.sharedStock },
    messages: { ...messagesPort(), ...overrides.messages },
    incidents: { ...incidentsPort(), ...overrides.incidents },
    feed: { ...feedPort(), ...overrides.feed },
    exports: { ...exportsPort(), ...overrides.exports },
    media: { ...mediaPort(), ...overrides.media },
    health: {
      ready: async () => ({ database: true, queue: true }),
      metrics: async () => 'up 1\n',
      ...overrides.health,
    },
    shop: {
      origin: 'http://shop.test',
      name: 'Lapak',
      snap: null,
      supportEmail: 'help@shop.test',
      supportWhatsApp: '',
      ...overrides.shop,
    },
  }
}
