import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import type { RawMessage } from './payment-gateway-harness.ts'

/** The fields of a JSON message. */
export type Fields = Record<string, unknown>

/** An origin whose port was free a moment ago. */
export async function unusedOrigin(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${port}`
}

/** A message with other fields, written as JSON. */
export function changed(message: RawMessage, change: (fields: Fields) => Fields): RawMessage {
  const fields = JSON.parse(message.body.toString('utf8')) as Fields
  return { ...message, body: Buffer.from(JSON.stringify(change(fields))) }
}
