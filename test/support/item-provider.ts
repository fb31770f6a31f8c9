import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A record as the provider of the tests tells it. Anything goes: it is what the engine has to cope with. */
export type RawItem = Record<string, unknown> & { id: string }

/** What a call is answered with instead of a page. `hang`: the answer is prepared and the connection then cut. */
export type Fault =
  | { kind: 'status'; status: number; headers?: Record<string, string>; body?: string }
  | { kind: 'cut' }
  | { kind: 'rows'; rows: unknown[]; next: string | null }

export type Call = { path: string; from: string | null; to: string | null; position: string | null }

/** A real HTTP server that lists items page by page, with whatever faults a test wants. */
export type ItemProvider = {
  url: string
  /** The items, in the order in which they are listed. */
  items: RawItem[]
  pageSize: number
  /** Every call with what it asked for. */
  calls: Call[]
  /** Asked before each answer; undefined: the honest page. */
  fault: (call: Call, index: number) => Fault | undefined
  /** Runs before a call is answered. */
  onCall: (call: Call, index: number) => void | Promise<void>
  stop(): Promise<void>
}

/** Starts a provider on a free port. */
export async function startItemProvider(items: RawItem[] = [], pageSize = 3): Promise<ItemProvider> {
  const provider: ItemProvider = {
    url: '',
    items,
    pageSize,
    calls: [],
    fault: () => undefined,
    onCall: () => undefined,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  const server = createServer((request, response) => {
    void answer(provider, request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  provider.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return provider
}

async function answer(
  provider: ItemProvider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', provider.url)
  const call: Call = {
    path: url.pathname,
    from: url.searchParams.get('from'),
    to: url.searchParams.get('to'),
    position: url.searchParams.get('position'),
  }
  const index = provider.calls.push(call) - 1
  await provider.onCall(call, index)
  const fault = provider.fault(call, index)
  if (fault?.kind === 'cut') return void request.socket.destroy()
  if (fault?.kind === 'status')
    return void response.writeHead(fault.status, fault.headers).end(fault.body ?? '')
  const body = fault?.kind === 'rows' ? fault : honest(provider, call, url.searchParams.get('ids'))
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify({ rows: body.rows, next: body.next }))
}

function honest(
  provider: ItemProvider,
  call: Call,
  ids: string | null,
): { rows: RawItem[]; next: string | null } {
  if (ids !== null)
    return { rows: provider.items.filter((item) => ids.split(',').includes(item.id)), next: null }
  const listed = provider.items.filter((item) => isWithin(item, call))
  const start = Number(call.position ?? 0)
  const end = start + provider.pageSize
  return { rows: listed.slice(start, end), next: end < listed.length ? String(end) : null }
}

function isWithin(item: RawItem, call: Call): boolean {
  if (call.from === null || call.to === null) return true
  const at = String(item['updatedAt'])
  return at >= call.from && at <= call.to
}

/** Items with ids `item-0000`…, each with its own name and price. */
export function makeItems(count: number, updatedAt = '2026-01-01T00:00:00.000Z'): RawItem[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `item-${String(index).padStart(4, '0')}`,
    name: `Item ${index}`,
    price: 1_000 + index,
    note: null,
    updatedAt,
  }))
}
