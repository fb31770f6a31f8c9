import { expect, test } from 'vitest'
import { judgeTry, MAX_TRIES } from './message.ts'
import type { SendOutcome } from './ports.ts'

const mail = { repeatable: true, tries: 1, chance: 0.5 }
const chat = { repeatable: false, tries: 1, chance: 0.5 }
const unknown = { kind: 'unknown', detail: 'no answer' } as const
const notSent = { kind: 'not_sent', detail: 'refused connection' } as const

test.each<[string, SendOutcome, typeof mail, string, string | null]>([
  ['sent', { kind: 'sent', providerRef: 'x' }, mail, 'SENT', null],
  ['refused for good', { kind: 'refused', detail: 'no such user' }, mail, 'FAILED', 'refused'],
  ['not sent', notSent, chat, 'WAITING', null],
  ['unknown where copies are shown once', unknown, mail, 'WAITING', null],
  ['unknown where they are not', unknown, chat, 'UNKNOWN', null],
  ['not sent the last time', notSent, { ...chat, tries: MAX_TRIES }, 'FAILED', 'given_up'],
  ['unknown the last time', unknown, { ...mail, tries: MAX_TRIES }, 'FAILED', 'given_up'],
])('%s', (_name, outcome, options, state, failure) => {
  const verdict = judgeTry(outcome, options)
  expect(verdict).toMatchObject({ state, failure })
  expect(verdict.retryInMs === null).toBe(state !== 'WAITING')
})

test('waits grow, differ, and end at half an hour and a bit', () => {
  const waits = Array.from({ length: MAX_TRIES - 1 }, (_, index) =>
    Number(judgeTry(notSent, { ...chat, tries: index + 1 }).retryInMs),
  )
  expect(waits.slice(0, 4)).toEqual([15_000, 30_000, 60_000, 120_000])
  expect(Math.max(...waits)).toBe(30 * 60_000)
  const hours = waits.reduce((sum, wait) => sum + wait, 0) / 3_600_000
  expect(hours).toBeGreaterThan(20)
  expect(hours).toBeLessThan(26)
  const spread = [0, 0.999].map((chance) => Number(judgeTry(notSent, { ...chat, chance }).retryInMs))
  expect(spread[0]).toBe(11_250)
  expect(spread[1]).toBeGreaterThan(18_500)
})

test('a provider is given the time it asks for, within reason', () => {
  expect(judgeTry({ ...notSent, retryAfterMs: 60_000 }, chat).retryInMs).toBe(60_000)
  expect(judgeTry({ ...notSent, retryAfterMs: 1 }, chat).retryInMs).toBe(15_000)
  expect(judgeTry({ ...notSent, retryAfterMs: 10 ** 12 }, chat).retryInMs).toBe(6 * 3_600_000)
})
