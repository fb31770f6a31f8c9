import { expect, test } from 'vitest'
import { isTroubleOfServer, outcomeOfFailure } from './smtp-failure.ts'

function failure(fields: Record<string, unknown>): Error {
  return Object.assign(new Error('said the server'), fields)
}

test.each([
  ['the recipient does not exist', { command: 'RCPT TO', responseCode: 550 }, 'refused'],
  ['the message is not taken', { command: 'DATA', responseCode: 554 }, 'refused'],
  ['our sender is not taken', { command: 'MAIL FROM', responseCode: 553 }, 'not_sent'],
  ['our password is wrong', { command: 'AUTH PLAIN', responseCode: 535, code: 'EAUTH' }, 'not_sent'],
  ['the mailbox is busy', { command: 'RCPT TO', responseCode: 450 }, 'not_sent'],
  ['nobody listens', { code: 'ESOCKET', syscall: 'connect' }, 'not_sent'],
  ['the session broke', { code: 'ESOCKET', syscall: 'read' }, 'unknown'],
  ['no answer to the message', { code: 'ETIMEDOUT', command: 'DATA' }, 'unknown'],
])('%s', (_, fields, kind) => {
  expect(outcomeOfFailure(failure(fields))).toMatchObject({ kind })
})

test.each([
  ['the recipient does not exist', { command: 'RCPT TO', responseCode: 550 }, false],
  ['the mailbox is busy', { command: 'RCPT TO', responseCode: 450 }, false],
  ['the message is not taken', { command: 'DATA', responseCode: 554 }, false],
  ['the address is none', { code: 'EENVELOPE' }, false],
  ['our password is wrong', { command: 'AUTH PLAIN', responseCode: 535, code: 'EAUTH' }, true],
  ['nobody listens', { code: 'ESOCKET', syscall: 'connect' }, true],
  ['no answer to the message', { code: 'ETIMEDOUT', command: 'DATA' }, true],
])('when %s: the next message would meet it, too, is told', (_, fields, isMet) => {
  expect(isTroubleOfServer(failure(fields))).toBe(isMet)
})
