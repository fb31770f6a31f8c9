import { expect, test } from 'vitest'
import { KEY_TRUST_MS, planSettlement, QUIET_MS, SETTLE_TRIES } from './plan-settlement.ts'

const find = () => {
  throw new Error('only its presence counts')
}
const KEYS = { honoursKeys: true }
const LOOKUP = { honoursKeys: false, find }
const NEITHER = { honoursKeys: false }
const FRESH = { operation: 'create', tries: 1, ageMs: 0, silentMs: 0 } as const
const QUIET = { ...FRESH, ageMs: QUIET_MS, silentMs: QUIET_MS }
const OLD = { ...FRESH, ageMs: KEY_TRUST_MS, silentMs: QUIET_MS }

test.each([
  ['a key is repeated at once', FRESH, KEYS, { kind: 'resend' }],
  ['a key that the system may have forgotten is not', OLD, KEYS, { kind: 'review' }],
  ['then the system is asked', OLD, { ...KEYS, find }, { kind: 'ask', isQuiet: true }],
  ['without keys it is asked at once', FRESH, LOOKUP, { kind: 'ask', isQuiet: false }],
  ['and believed when it is quiet', QUIET, LOOKUP, { kind: 'ask', isQuiet: true }],
  ['but not for ever', { ...QUIET, tries: SETTLE_TRIES + 1 }, LOOKUP, { kind: 'review' }],
  ['without any means a person decides', FRESH, NEITHER, { kind: 'review' }],
  [
    'an update waits until nothing of it can land any more',
    { ...FRESH, operation: 'update' as const, silentMs: QUIET_MS - 5 },
    LOOKUP,
    { kind: 'wait', ms: 5 },
  ],
  ['and is then replaced', { ...QUIET, operation: 'update' as const }, NEITHER, { kind: 'overwrite' }],
])('%s', (_, attempt, target, expected) => {
  expect(planSettlement(attempt, target)).toEqual(expected)
})
