import { Hono, type Context } from 'hono'
import type { Sandbox, SandboxContext, SandboxDefinition } from '../sandbox.ts'
import { checkAccess, readFields, textOf, type Refusal, type RequestFields } from './access.ts'
import { createDigiflazzControl } from './control-routes.ts'
import { createDigiflazzState, resetDigiflazz, type Digiflazz, type Transaction } from './digiflazz-state.ts'
import { scheduleEnd } from './finish.ts'
import { renderHomePage } from './home-page.ts'
import { priceList } from './price-list.ts'
import { transaction } from './transaction.ts'
import { sendPing } from './webhook.ts'

/** Transactions kept over a restart; more than a demo ever has. */
const MAX_SAVED = 2_000

type Answer = { isRefused: boolean; data: unknown }
type Handler = (df: Digiflazz, fields: RequestFields, peer: string) => Answer

/** The Digiflazz sandbox; the API is under `/v1`. */
export const digiflazzSandbox: SandboxDefinition = {
  name: 'digiflazz',
  title: 'Digiflazz (pemasok)',
  portOffset: 4,
  create: createDigiflazzSandbox,
}

function createDigiflazzSandbox(context: SandboxContext): Sandbox {
  const df = createDigiflazzState(context)
  const app = new Hono()
  app.get('/', (c) => c.html(renderHomePage(df)))
  app.post('/v1/cek-saldo', (c) => answer(df, c, balance))
  app.post('/v1/price-list', (c) => answer(df, c, list))
  app.post('/v1/inquiry-pln', (c) => answer(df, c, inquirePln))
  app.post('/v1/transaction', (c) => answer(df, c, transaction))
  app.post('/v1/report/hooks/:id/pings', (c) => {
    sendPing(df, c.req.param('id'))
    return c.json({ data: { message: 'Ping terkirim' } })
  })
  app.route('/', createDigiflazzControl(df))
  return {
    app,
    state: () => ({
      settings: df.settings,
      outcomes: df.outcomes,
      transactions: [...df.transactions.values()],
      products: { prepaid: df.products.length, postpaid: df.postpaid.length },
    }),
    save: () => ({
      balance: df.settings.balance,
      transactions: [...df.transactions.values()].slice(-MAX_SAVED),
    }),
    restore(saved) {
      const { balance: kept, transactions } = saved as { balance: number; transactions: Transaction[] }
      df.settings.balance = kept
      df.transactions = new Map(transactions.map((entry) => [entry.refId, entry]))
      transactions.filter(({ status }) => status === 'Pending').forEach((entry) => scheduleEnd(df, entry))
    },
    reset: () => resetDigiflazz(df),
  }
}

/** Every reply stands under `data`; a refusal may come with HTTP 400. */
async function answer(df: Digiflazz, c: Context, handler: Handler): Promise<Response> {
  const isJson = (c.req.header('content-type') ?? '').includes('application/json')
  const fields = isJson ? readFields(await c.req.text()) : undefined
  const peer = c.req.header('x-sandbox-peer') ?? ''
  const { isRefused, data } =
    fields === undefined ? refused({ rc: '40', message: 'Payload Error' }) : handler(df, fields, peer)
  return c.json({ data }, isRefused ? df.settings.refusalStatus : 200)
}

function refused({ rc, message }: Refusal): Answer {
  return { isRefused: true, data: { rc, message, status: 'Gagal' } }
}

function balance(df: Digiflazz, fields: RequestFields, peer: string): Answer {
  const access = checkAccess(df, fields, { suffix: 'depo', peer })
  if (typeof access !== 'string') return refused(access)
  if (textOf(fields, 'cmd') !== 'deposit') return refused({ rc: '40', message: 'Payload Error' })
  return { isRefused: false, data: { deposit: df.settings.balance } }
}

function list(df: Digiflazz, fields: RequestFields, peer: string): Answer {
  const rows = priceList(df, fields, peer)
  // Refusals of the list carry a code and a text alone.
  return Array.isArray(rows) ? { isRefused: false, data: rows } : { isRefused: true, data: rows }
}

function inquirePln(df: Digiflazz, fields: RequestFields, peer: string): Answer {
  const customer = textOf(fields, 'customer_no')
  const access = checkAccess(df, fields, { suffix: customer, peer })
  if (typeof access !== 'string') return refused(access)
  if (customer === '' || customer.endsWith('000')) return refused({ rc: '54', message: 'Nomor Tujuan Salah' })
  const found = {
    message: 'Transaksi Sukses',
    status: 'Sukses',
    rc: '00',
    customer_no: customer,
    meter_no: customer,
    subscriber_id: `5${customer}`.slice(0, 12),
    name: 'NAMA PELANGGAN',
    segment_power: 'R1 /000001300',
  }
  return { isRefused: false, data: found }
}
