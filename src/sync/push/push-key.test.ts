import { expect, test } from 'vitest'
import { attemptKey } from './push-key.ts'

const RECORD = { connection: 'counter', stream: 'things', localId: '0199a000-0000-7000-8000-000000000001' }

test('a create has one key whatever its version, until an attempt is settled', () => {
  const key = attemptKey(RECORD, { operation: 'create', version: 1, settled: 0 })
  expect(attemptKey(RECORD, { operation: 'create', version: 7, settled: 0 })).toBe(key)
  expect(attemptKey(RECORD, { operation: 'create', version: 7, settled: 1 })).not.toBe(key)
})

test('everything else that differs has another key', () => {
  const update = { operation: 'update', version: 1, settled: 0 } as const
  const keys = [
    attemptKey(RECORD, { operation: 'create', version: 1, settled: 0 }),
    attemptKey(RECORD, update),
    attemptKey(RECORD, { ...update, version: 2 }),
    attemptKey({ ...RECORD, stream: 'others' }, update),
    attemptKey({ ...RECORD, connection: 'other' }, update),
    attemptKey({ ...RECORD, localId: '0199a000-0000-7000-8000-000000000002' }, update),
  ]
  expect(new Set(keys).size).toBe(keys.length)
})
