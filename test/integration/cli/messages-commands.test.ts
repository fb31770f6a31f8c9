import { expect, test } from 'vitest'
import { EXIT, UsageError } from '../../../src/cli/command.ts'
import { callIncidents } from '../../../src/cli/incidents.ts'
import { callMessages } from '../../../src/cli/messages.ts'
import { INCIDENT, incidentsPort, messagesPort } from '../http/messages-port.ts'
import { recordingTerminal } from './scripted-sync.ts'

async function call(words: string) {
  const { terminal, out, told } = recordingTerminal()
  const app = { messages: messagesPort(), incidents: incidentsPort() }
  const [command, ...rest] = words.split(' ')
  const run = command === 'messages' ? callMessages : callIncidents
  const code = await run(app, rest, terminal)
  return { code, out: out.join('\n'), told: told.join('\n') }
}

test('templates are listed and shown as text and as a mail', async () => {
  expect((await call('messages templates')).out.split('\n')).toHaveLength(15)
  const text = await call('messages preview order-paid --locale en')
  expect(text.out).toMatch(/^Payment received: LP-7K2M9Q4XA0\n\nWe have received your payment\n/)
  expect((await call('messages preview order-paid --html')).out).toMatch(/^<!doctype html>/)
})

test.each([
  ['messages send', /messages templates/],
  ['messages preveiw', /preview/],
  ['messages preview order-payed', /order-paid/],
  ['messages preview order-paid --locale fr', /id\|en/],
  ['messages log --order 7', /LP-/],
  ['incidents ack', /ack <id>/],
  ['incidents close 1', /ack <id>/],
])('%s is put right', async (words, hint) => {
  const error: unknown = await call(words).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UsageError)
  expect(String(error)).toMatch(hint)
})

test('the log shows what was sent, to a recipient nobody can write to', async () => {
  const { code, out } = await call('messages log')
  expect(code).toBe(EXIT.ok)
  expect(out).toBe(
    '2026-11-21 15:00 WIB  LP-7K2M9Q4XA0  order-delivered  email a···@mail.example  terkirim/sent ×2',
  )
  expect((await call('messages log --order LP-0000000000')).told).toContain('Belum ada')
})

test('incidents are listed, and taken care of by name', async () => {
  expect((await call('incidents')).out).toContain('Stok GP-50 tinggal 3 / Stock of GP-50 is down to 3')
  expect(await call(`incidents ack ${INCIDENT.id}`)).toMatchObject({ code: EXIT.ok })
  expect(await call('incidents ack other')).toMatchObject({ code: EXIT.failed })
})
