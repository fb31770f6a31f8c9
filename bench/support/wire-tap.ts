import { connect, createServer, type Socket } from 'node:net'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

/** A parameter as it went over the wire: text, binary, or null. */
export type Parameter = string | Buffer | null

export type SentStatement = { name: string; text: string; values: Parameter[] }

/** Statements between `begin` and its end; those of one batch were sent without waiting for an answer between them. */
export type SentTransaction = { batches: SentStatement[][] }

export type WireTap = {
  /** The database's address through the tap. */
  databaseUrl: string
  /** Transactions that ended since the last call. */
  take(): SentTransaction[]
  close(): Promise<void>
}

/** Answers are held back this long: whatever the client sends meanwhile, it sent without waiting for them. */
const ANSWER_DELAY_MS = 10

/** Passes connections on to PostgreSQL and writes down what is asked: a batch is one round trip. */
export async function tapDatabase(databaseUrl: string): Promise<WireTap> {
  const target = new URL(databaseUrl)
  const ended: SentTransaction[] = []
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 5432), target.hostname)
    const reader = createReader((transaction) => ended.push(transaction))
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => socket.destroy())
    }
    client.on('data', (part: Buffer) => {
      reader.sent(part)
      upstream.write(part)
    })
    upstream.on('data', (part: Buffer) => {
      setTimeout(() => {
        reader.answered()
        client.write(part)
      }, ANSWER_DELAY_MS)
    })
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const tapped = new URL(databaseUrl)
  tapped.hostname = '127.0.0.1'
  tapped.port = String((server.address() as AddressInfo).port)
  return {
    databaseUrl: tapped.href,
    take: () => ended.splice(0),
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Reads one connection's messages. @see the PostgreSQL manual, "Message Formats" */
function createReader(onEnd: (transaction: SentTransaction) => void): {
  sent(part: Buffer): void
  answered(): void
} {
  const texts = new Map<string, string>()
  let pending: Buffer = Buffer.alloc(0)
  let isStarted = false
  let isNewBatch = true
  let open: SentTransaction | undefined

  function record(statement: SentStatement): void {
    const command = statement.text.trim().toLowerCase()
    if (command === 'begin') open = { batches: [] }
    if (open === undefined) return
    if (isNewBatch || open.batches.length === 0) open.batches.push([])
    isNewBatch = false
    open.batches.at(-1)?.push(statement)
    if (command !== 'commit' && command !== 'rollback') return
    onEnd(open)
    open = undefined
  }

  function read(type: string, body: Buffer): void {
    if (type === 'Q') {
      record({ name: '', text: cutString(body, 0).text, values: [] })
    } else if (type === 'P') {
      const name = cutString(body, 0)
      texts.set(name.text, cutString(body, name.end).text)
    } else if (type === 'B') {
      const { name, values } = readBind(body)
      record({ name, text: texts.get(name) ?? '', values })
    }
  }

  return {
    sent(part) {
      pending = Buffer.concat([pending, part])
      for (;;) {
        const start = isStarted ? 1 : 0
        if (pending.length < start + 4) return
        const length = pending.readUInt32BE(start) + start
        if (pending.length < length) return
        if (isStarted) read(String.fromCharCode(pending[0] ?? 0), pending.subarray(5, length))
        isStarted = true
        pending = pending.subarray(length)
      }
    },
    answered() {
      isNewBatch = true
    },
  }
}

function cutString(body: Buffer, start: number): { text: string; end: number } {
  const end = body.indexOf(0, start)
  return { text: body.toString('utf8', start, end), end: end + 1 }
}

function readBind(body: Buffer): { name: string; values: Parameter[] } {
  const portal = cutString(body, 0)
  const name = cutString(body, portal.end)
  let at = name.end
  const formats = Array.from({ length: body.readUInt16BE(at) }, (_, index) =>
    body.readUInt16BE(at + 2 + index * 2),
  )
  at += 2 + formats.length * 2
  const count = body.readUInt16BE(at)
  at += 2
  const values: Parameter[] = []
  for (let index = 0; index < count; index += 1) {
    const length = body.readInt32BE(at)
    at += 4
    if (length < 0) {
      values.push(null)
      continue
    }
    const bytes = body.subarray(at, at + length)
    const isBinary = (formats.length === 1 ? formats[0] : formats[index]) === 1
    values.push(isBinary ? Buffer.from(bytes) : bytes.toString('utf8'))
    at += length
  }
  return { name: name.text, values }
}
