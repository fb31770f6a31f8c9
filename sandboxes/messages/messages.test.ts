import { connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { RunningSandboxes } from '../main.ts'
import { getJson, postJson, startForTest } from '../testing.ts'
import { parseMail } from './mail-parser.ts'
import type { Message } from './message.ts'

let sandboxes: RunningSandboxes
let url: string

beforeAll(async () => {
  sandboxes = await startForTest(['messages'])
  url = sandboxes.urls.messages ?? ''
})
beforeEach(() => postJson(`${url}/_sandbox/reset`, {}))
afterAll(() => sandboxes.stop())

async function inbox(query = ''): Promise<(Message & { copies: number })[]> {
  return (await getJson(`${url}/messages${query}`)).messages as (Message & { copies: number })[]
}

/** Speaks SMTP line by line: each line waits for the reply to the one before. */
function smtp(lines: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(sandboxes.urls.smtp ?? '').port), '127.0.0.1')
    const waiting = [...lines]
    let heard = ''
    socket.on('data', (chunk) => {
      heard += String(chunk)
      const next = waiting.shift()
      if (next !== undefined) socket.write(`${next}\r\n`)
    })
    socket.on('close', () => resolve(heard))
    socket.on('error', reject)
  })
}

test('takes mail over SMTP', async () => {
  const mail = [
    'From: =?UTF-8?Q?Toko_=E2=9C=93?= <toko@shop.example>',
    'To: ani@mail.example',
    'Subject: =?UTF-8?B?UGVzYW5hbiDinJM=?=',
    'Content-Type: multipart/alternative; boundary="b1"',
    '',
    '--b1',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'Kode Anda: A=42=',
    'C',
    '..titik',
    '--b1',
    'Content-Type: text/html; charset=utf-8',
    '',
    '<p>Kode</p>',
    '--b1--',
    '.',
  ].join('\r\n')
  const heard = await smtp([
    'EHLO shop',
    'AUTH LOGIN',
    'dXNlcg==',
    'cGFzcw==',
    'MAIL FROM:<toko@shop.example>',
    'RCPT TO:<ani@mail.example>',
    'RCPT TO:<budi@mail.example>',
    'DATA',
    mail,
    'QUIT',
  ])
  expect(heard).toMatch(/250 OK queued\r\n221 Bye/)
  const [message] = await inbox('?channel=email&to=budi@mail.example')
  expect(message).toMatchObject({
    subject: 'Pesanan ✓',
    from: 'Toko ✓ <toko@shop.example>',
    to: ['ani@mail.example', 'budi@mail.example'],
    text: 'Kode Anda: ABC\r\n.titik',
    html: '<p>Kode</p>',
  })
  expect(await (await fetch(url)).text()).toContain('Pesanan ✓')
})

function simpleMail(id: string, to = 'ani@mail.example'): string[] {
  const mail = [`Message-ID: <${id}@shop.example>`, 'Subject: Halo', '', 'Isi', '.'].join('\r\n')
  return ['EHLO shop', 'MAIL FROM:<toko@shop.example>', `RCPT TO:<${to}>`, 'DATA', mail, 'QUIT']
}

test('counts the copies of a mail by its Message-ID', async () => {
  for (const id of ['one', 'two', 'one']) await smtp(simpleMail(id))
  const copies = (await inbox()).map((message) => [message.messageId, message.copies])
  expect(copies).toEqual([
    ['<one@shop.example>', 2],
    ['<two@shop.example>', 1],
    ['<one@shop.example>', 2],
  ])
  expect(await inbox(`?messageId=${encodeURIComponent('<two@shop.example>')}`)).toHaveLength(1)
})

test.each([
  ['http_500', '451 Local error', 0],
  ['http_429', '421 Too many', 0],
  ['reset', '354 End data', 0],
  ['timeout_before', '354 End data', 0],
  ['timeout_after', '354 End data', 1],
  ['empty', '354 End data', 1],
  ['slow', '250 OK queued', 1],
])('suffers %s over SMTP', async (fault, lastWords, kept) => {
  await postJson(`${url}/_sandbox/faults`, [{ match: { method: 'SMTP', nth: 1 }, fault, ms: 5 }])
  const heard = await smtp(simpleMail('lost')).catch((error: unknown) => `354 End data ${String(error)}`)
  expect(heard).toContain(lastWords)
  expect(await inbox()).toHaveLength(kept)
  await smtp(simpleMail('again'))
  expect(await inbox()).toHaveLength(kept + 1)
})

test('refuses an address for good', async () => {
  expect(await smtp(simpleMail('x', 'tolak@mail.example'))).toContain('550 No such user')
  expect(await inbox()).toHaveLength(0)
})

test('names attachments and reads a mail without structure', () => {
  expect(parseMail('Subject: x\r\n\r\nhalo')).toMatchObject({ subject: 'x', text: 'halo' })
  const raw =
    'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="a.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA'
  expect(parseMail(raw).attachments).toEqual([{ filename: 'a.pdf', type: 'application/pdf', bytes: 3 }])
})

test('takes WhatsApp texts and templates', async () => {
  const auth = { Authorization: 'Bearer token' }
  const text = { messaging_product: 'whatsapp', to: '+62 812-0000', type: 'text', text: { body: 'Halo' } }
  const sent = await postJson(`${url}/v21.0/10001/messages`, text, auth)
  expect(sent.body).toMatchObject({
    contacts: [{ wa_id: '628120000' }],
    messages: [{ id: expect.any(String) }],
  })
  const components = [{ type: 'body', parameters: [{ type: 'text', text: 'INV-1' }] }]
  const template = {
    messaging_product: 'whatsapp',
    to: '62',
    type: 'template',
    template: { name: 'paid', components },
  }
  await postJson(`${url}/v21.0/10001/messages`, template, auth)
  expect((await inbox()).map(({ text: body, subject }) => [subject, body])).toEqual([
    ['', 'Halo'],
    ['paid', 'INV-1'],
  ])
  expect((await postJson(`${url}/v21.0/10001/messages`, text)).status).toBe(401)
  expect((await postJson(`${url}/v21.0/10001/messages`, {}, auth)).status).toBe(400)
})

test('takes Telegram messages', async () => {
  const sent = await postJson(`${url}/bot42:secret/sendMessage`, { chat_id: '-100', text: 'Stok habis' })
  expect(sent.body).toMatchObject({ ok: true, result: { text: 'Stok habis' } })
  expect((await postJson(`${url}/bot42:secret/sendMessage`, { text: 'x' })).body).toMatchObject({ ok: false })
  const [message] = await inbox('?channel=telegram')
  expect(message).toMatchObject({ from: 'bot42', to: ['-100'], text: 'Stok habis' })
})
