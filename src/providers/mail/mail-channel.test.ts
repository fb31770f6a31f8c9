import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import type { MessageChannel, OutgoingMessage } from '../../notifications/ports.ts'
import { createMailChannel } from './mail-channel.ts'

/** Long enough for a busy machine to connect, short enough to wait for three times. */
const PATIENCE_MS = 400

const ends: (() => Promise<unknown> | undefined)[] = []
afterEach(async () => {
  vi.useRealTimers()
  for (const end of ends.splice(0)) await end()
})

/** A mail server that says what `answer` says to each line, and how many were connected to it. */
async function startServer(answer: (line: string) => string | undefined, greets: boolean) {
  const sockets = new Set<Socket>()
  const lines: string[] = []
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    if (greets) socket.write('220 ready\r\n')
    socket.on('data', (data) => {
      for (const line of data.toString().split('\r\n').filter(Boolean)) {
        lines.push(line)
        const said = answer(line)
        if (said !== undefined) socket.write(`${said}\r\n`)
      }
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  const { port } = server.address() as AddressInfo
  return { url: `smtp://127.0.0.1:${port}`, lines, connections: () => sockets.size }
}

function channelTo(smtpUrl: string, requireTls = false): MessageChannel {
  const timeouts = { connectMs: PATIENCE_MS, totalMs: 4 * PATIENCE_MS }
  const channel = createMailChannel({ smtpUrl, from: 'Lapak <toko@shop.example>', requireTls, timeouts })
  ends.unshift(() => channel.close?.())
  return channel
}

function message(): OutgoingMessage {
  return {
    id: '01936d2e-0000-7000-8000-000000000001',
    to: 'ani@mail.example',
    subject: 'Pesanan selesai',
    text: 'Halo',
    html: '<p>Halo</p>',
    locale: 'id',
    template: { name: 'order-delivered', values: [] },
  }
}

test('a server that says nothing three times is left alone for a while', async () => {
  const silent = await startServer(() => undefined, false)
  const channel = channelTo(silent.url)
  for (let tries = 0; tries < 3; tries += 1)
    expect(await channel.send(message())).not.toHaveProperty('retryAfterMs')
  const before = silent.connections()
  expect(await channel.send(message())).toMatchObject({ kind: 'not_sent', retryAfterMs: 30_000 })
  expect(silent.connections()).toBe(before)
})

test('after the rest one message tries again; the others do not wait behind it', async () => {
  const silent = await startServer(() => undefined, false)
  const channel = channelTo(silent.url)
  for (let tries = 0; tries < 3; tries += 1) await channel.send(message())
  const before = silent.connections()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 })
  const order: string[] = []
  const trying = channel.send(message()).then(() => order.push('tried'))
  expect(await channel.send(message())).toMatchObject({ retryAfterMs: 30_000 })
  order.push('rested')
  await trying
  expect(order).toEqual(['rested', 'tried'])
  expect(silent.connections()).toBe(before + 1)
})

test('refused recipients, however many, do not stop mail to others', async () => {
  const strict = await startServer((line) => (line.startsWith('RCPT TO') ? '550 nobody' : '250 ok'), true)
  const channel = channelTo(strict.url)
  for (let tries = 0; tries < 5; tries += 1)
    expect(await channel.send(message())).toMatchObject({ kind: 'refused' })
})

test('where encryption is required, a server without it learns neither password nor message', async () => {
  const plain = await startServer((line) => (line === 'STARTTLS' ? '502 no such command' : '250 ok'), true)
  const channel = channelTo(plain.url.replace('//', '//toko:hunter2@'), true)
  expect(await channel.send(message())).toMatchObject({ kind: 'not_sent' })
  expect(plain.lines.join('\n')).not.toMatch(/AUTH|MAIL FROM/)
})
