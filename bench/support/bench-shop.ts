import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { importStock } from '../../src/fulfilment/index.ts'
import { createKeyFile, readKeyRing } from '../../src/platform/key-ring.ts'
import { checkInvariants } from '../../test/support/invariants.ts'
import { generateProducts } from '../../test/support/many-products.ts'
import { createTestDatabase, queryAs } from '../../test/support/test-database.ts'
import { freePort } from '../../test/support/test-shop.ts'
import { startChild, type Child } from './child.ts'
import { send } from './load.ts'
import { SERVER_KEY, startStubProviders, type StubProviders } from './stub-providers.ts'

/** A database with a grown catalogue, and the shop as a process of its own beside it. */
export type BenchShop = {
  databaseUrl: string
  providers: StubProviders
  /** Starts the shop; several may run at once. */
  start(role: 'all' | 'web' | 'worker', through?: { databaseUrl: string }): Promise<ShopProcess>
  /** Rows of a statement, as the owner of the database. */
  query<Row extends Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>
  /** Throws when a rule of db/invariants.sql is broken. */
  assertSound(): Promise<void>
  drop(): Promise<void>
}

/** A shop that answers at `url`. */
export type ShopProcess = {
  url: string
  /** From the spawn until it accepts connections. */
  readyMs: number
  usage(): Promise<{ rssBytes: number; cpuMicroseconds: number }>
  stop(): Promise<void>
}

/** 2,000 products with 10 SKUs each: 20,000 SKUs. */
const CATALOGUE = { products: 2_000, skusEach: 10 }
/** SKUs that orders are spread over, as in a shop without a flash sale. */
const SOLD_SKUS = 20

/** Makes a database with 20,000 SKUs, `codes` sealed codes for sale, and providers that answer at once. */
export async function prepareShop({ codes }: { codes: number }): Promise<BenchShop> {
  const [database, folder, providers] = await Promise.all([
    createTestDatabase(),
    mkdtemp(path.join(tmpdir(), 'lapak-bench-')),
    startStubProviders(),
  ])
  const keysFile = path.join(folder, 'keys.json')
  await createKeyFile(keysFile)
  await generateProducts(database.db, CATALOGUE)
  for (const statement of SOLD_PRODUCTS) await queryAs(database.url, statement)
  const keys = await readKeyRing(keysFile)
  for (let sku = 1; sku <= SOLD_SKUS && codes > 0; sku += 1) {
    const list = Array.from({ length: Math.ceil(codes / SOLD_SKUS) }, randomUUID).join('\n')
    const imported = await importStock({ db: database.db, keys }, `CODE-${sku}`, list, 'bench')
    if (!imported.ok) throw new Error(`import refused: ${imported.error.code}`)
  }
  await queryAs(database.url, 'vacuum analyze')
  const environment = {
    ...shopEnvironment(providers),
    DATABASE_URL: database.url,
    LAPAK_KEYS: keysFile,
    LAPAK_DATA: folder,
  }
  return {
    databaseUrl: database.url,
    providers,
    start: (role, through) => startShop(environment, role, through),
    query: (text, values) => queryAs(database.url, text, values),
    async assertSound() {
      const broken = await checkInvariants(database.url)
      if (broken.length > 0) throw new Error(`broken after the measurement: ${JSON.stringify(broken)}`)
    },
    async drop() {
      await providers.stop()
      await database.drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function shopEnvironment(providers: StubProviders): Record<string, string> {
  return {
    LAPAK_ENV: 'demo',
    LAPAK_RATE_LIMITS: 'off',
    LOG_LEVEL: 'info',
    MIDTRANS_SERVER_KEY: SERVER_KEY,
    MIDTRANS_CLIENT_KEY: 'SB-Mid-client-lapak-demo',
    MIDTRANS_SNAP_URL: providers.gatewayUrl,
    MIDTRANS_API_URL: providers.gatewayUrl,
    VIP_RESELLER_API_URL: providers.supplierUrl,
    VIP_RESELLER_API_ID: 'DEMOID01',
    VIP_RESELLER_API_KEY: 'demoKey_0123456789abcdefABCDEF',
  }
}

async function startShop(
  environment: Record<string, string>,
  role: string,
  through: { databaseUrl: string } | undefined,
): Promise<ShopProcess> {
  const port = await freePort()
  const child: Child = await startChild('shop.ts', {
    ...environment,
    LAPAK_ROLE: role,
    PORT: String(port),
    ...(through === undefined ? {} : { DATABASE_URL: through.databaseUrl }),
  })
  return {
    url: `http://127.0.0.1:${port}`,
    readyMs: child.readyMs,
    usage: () => child.ask('usage'),
    stop: () => child.stop(),
  }
}

/** What is bought in the measurements: 20 SKUs of codes, and 20 of top-ups with an offer of the supplier each. */
const SOLD_PRODUCTS = [
  `insert into products (id, slug, name, category_id, delivery_kind, image_url, input_fields)
    select gen_random_uuid(), slug, name, (select min(id::text)::uuid from categories), kind, '/art/x.svg', fields::jsonb
    from (values ('bench-codes', 'Codes', 'STOCK', '[]'), ('bench-topups', 'Top-ups', 'SUPPLIER',
      '[{"name":"user_id","label":"User ID","type":"digits","required":true}]')) as p (slug, name, kind, fields)`,
  `insert into skus (id, product_id, code, name, position, available)
    select gen_random_uuid(), p.id, case p.delivery_kind when 'STOCK' then 'CODE-' else 'TOPUP-' end || n, 'Item ' || n, n, true
    from products p, generate_series(1, ${SOLD_SKUS}) n where p.slug in ('bench-codes', 'bench-topups')`,
  `insert into sku_prices (sku_id, retail, cost, floor)
    select id, 10000, 9000, 9100 from skus where code ~ '^(CODE|TOPUP)-'`,
  `insert into supplier_offers (id, supplier, code, sku_id, family, name, display_name, cost, available, content_hash)
    select gen_random_uuid(), 'vip-reseller', code, id, 'bench', name, 'Top-up', 900, true, ''
    from skus where code like 'TOPUP-%'`,
]

export type CreatedOrder = { orderNumber: string; trackingToken: string; payment: { reference: string } }

let orders = 0

/** Creates an order as a guest, one line of one unit. Throws unless it was created. */
export async function createOrder(
  shopUrl: string,
  kind: 'CODE' | 'TOPUP',
): Promise<CreatedOrder & { target: string }> {
  orders += 1
  const target = String(100_000_000 + orders)
  const answer = await send('POST', `${shopUrl}/api/orders/create`, {
    headers: { 'idempotency-key': randomUUID() },
    body: JSON.stringify({
      items: [
        {
          sku: `${kind}-${1 + (orders % SOLD_SKUS)}`,
          quantity: 1,
          ...(kind === 'TOPUP' ? { input: { user_id: target } } : {}),
        },
      ],
      customer: { name: 'Sari', email: 'sari@example.com', phone: '081234567890' },
      paymentMethod: 'midtrans',
    }),
  })
  if (answer.status !== 201) throw new Error(`order refused: ${answer.status} ${answer.body}`)
  return { ...(JSON.parse(answer.body) as CreatedOrder), target }
}

/** Has the gateway settle an order's payment and tell the shop. Throws unless the shop took the message. */
export async function payOrder(shopUrl: string, providers: StubProviders, reference: string): Promise<void> {
  const body = providers.settle(reference)
  const answer = await send('POST', `${shopUrl}/api/webhooks/midtrans`, { body })
  if (answer.status !== 200) throw new Error(`notification refused: ${answer.status} ${answer.body}`)
}

/** Looks at the order again and again until its codes are there. */
export async function waitForCodes(
  shopUrl: string,
  token: string,
  options: { everyMs: number; timeoutMs: number },
): Promise<void> {
  const until = performance.now() + options.timeoutMs
  while (performance.now() < until) {
    const answer = await send('GET', `${shopUrl}/api/track/${token}`)
    if (answer.status !== 200) throw new Error(`track refused: ${answer.status} ${answer.body}`)
    const view = JSON.parse(answer.body) as { lines: { delivery?: { codes?: string[] } }[] }
    if (view.lines.every((line) => (line.delivery?.codes?.length ?? 0) > 0)) return
    await new Promise((resolve) => setTimeout(resolve, options.everyMs))
  }
  throw new Error(`no codes within ${options.timeoutMs} ms`)
}
