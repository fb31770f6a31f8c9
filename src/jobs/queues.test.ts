import { expect, test } from 'vitest'
import { QUEUES } from './queues.ts'

/** A source that answers slowly: a plan of so many records goes through in one claim, or it never ends. */
const RECORDS = 1_000_000
const PER_SECOND = 50

test('the claim on a stream outlives a plan of a million records', () => {
  const streams = QUEUES.find((queue) => queue.name === 'sync.pull')
  expect(streams?.expireInSeconds).toBeGreaterThan(RECORDS / PER_SECOND)
})
