import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A payment gateway and a supplier that answer at once, so that what is measured is the shop. */
export type StubProviders = {
  gatewayUrl: string
  supplierUrl: string
  /** Marks a payment as paid. Returns the signed notification that the gateway would send. */
  settle(reference: string): string
  /** A signed notification about a payment that nobody opened. */
  notification(reference: string): string
  /** When the supplier received the order for each target, by `performance.now()`. */
  arrivals: Map<string, number>
  stop(): Promise<void>
}

/** The key that the shop under test and its gateway share. */
export const SERVER_KEY = 'SB-Mid-server-lapak-demo'

type Payment = { reference: string; amount: string; transactionId: string; isPaid: boolean }

/** Starts both on free ports of this process. */
export async function startStubProviders(): Promise<StubProviders> {
  const payments = new Map<string, Payment>()
  const arrivals = new Map<string, number>()
  const gateway = await serve((path, body) => answerGateway(payments, path, body))
  const orders = new Map<string, string>()
  const supplier = await serve((path, body) =>
    path.endsWith('/profile') ? PROFILE : answerSupplier(orders, arrivals, new URLSearchParams(body)),
  )
  return {
    gatewayUrl: gateway.url,
    supplierUrl: `${supplier.url}/api`,
    arrivals,
    settle(reference) {
      const payment = payments.get(reference)
      if (payment === undefined) throw new Error(`no payment ${reference} was opened`)
      payment.isPaid = true
      return JSON.stringify(transactionOf(payment))
    },
    notification: (reference) =>
      JSON.stringify(
        transactionOf({ reference, amount: '10000.00', transactionId: randomUUID(), isPaid: true }),
      ),
    async stop() {
      for (const { server } of [gateway, supplier]) {
        server.closeAllConnections()
        server.close()
        await once(server, 'close')
      }
    },
  }
}

type Answer = { status: number; body: unknown }

async function serve(
  answer: (path: string, body: string) => Answer,
): Promise<{ url: string; server: Server }> {
  const server = createServer((incoming, outgoing) => {
    void readAll(incoming).then((text) => {
      const { status, body } = answer(incoming.url ?? '', text)
      outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  // A client that reuses a connection which is just being closed would see a lost answer.
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

async function readAll(incoming: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of incoming) text += String(part)
  return text
}

function answerGateway(payments: Map<string, Payment>, path: string, body: string): Answer {
  if (path === '/snap/v1/transactions') {
    const { transaction_details: details } = JSON.parse(body) as {
      transaction_details: { order_id: string; gross_amount: number }
    }
    const reference = details.order_id
    const amount = `${details.gross_amount}.00`
    payments.set(reference, { reference, amount, transactionId: randomUUID(), isPaid: false })
    const token = randomUUID()
    return { status: 201, body: { token, redirect_url: `http://127.0.0.1/snap/${token}` } }
  }
  const payment = payments.get(/^\/v2\/([^/]+)\/status$/.exec(path)?.[1] ?? '')
  if (payment?.isPaid) return { status: 200, body: transactionOf(payment) }
  return { status: 200, body: { status_code: '404', status_message: "Transaction doesn't exist." } }
}

/** What both the status answer and the notification of a settled payment say. */
function transactionOf({ reference, amount, transactionId }: Payment): Record<string, string> {
  const signed = createHash('sha512').update(`${reference}200${amount}${SERVER_KEY}`).digest('hex')
  return {
    status_code: '200',
    status_message: 'midtrans payment notification',
    transaction_id: transactionId,
    order_id: reference,
    gross_amount: amount,
    currency: 'IDR',
    payment_type: 'qris',
    transaction_status: 'settlement',
    transaction_time: '2026-01-01 10:00:00',
    settlement_time: '2026-01-01 10:00:05',
    fraud_status: 'accept',
    signature_key: signed,
  }
}

/** The account: it can always pay. */
const PROFILE: Answer = {
  status: 200,
  body: { result: true, message: 'ok', data: { balance: 1_000_000_000, level: 'Basic' } },
}

function answerSupplier(
  orders: Map<string, string>,
  arrivals: Map<string, number>,
  form: URLSearchParams,
): Answer {
  if (form.get('type') === 'order') {
    const target = form.get('data_no') ?? ''
    if (!arrivals.has(target)) arrivals.set(target, performance.now())
    const trxid = randomUUID()
    orders.set(trxid, target)
    return {
      status: 200,
      body: { result: true, message: 'ok', data: supplierOrder(trxid, target, 'waiting') },
    }
  }
  const trxid = form.get('trxid') ?? ''
  const target = orders.get(trxid)
  const data = target === undefined ? [] : [supplierOrder(trxid, target, 'success')]
  return { status: 200, body: { result: true, message: 'ok', data } }
}

function supplierOrder(trxid: string, target: string, status: string): Record<string, unknown> {
  return { trxid, data: target, zone: null, service: 'Top-up', status, note: 'SN-1', price: 900 }
}
