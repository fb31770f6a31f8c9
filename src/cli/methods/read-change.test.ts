import { expect, test } from 'vitest'
import { UsageError } from '../command.ts'
import { readChange } from './read-change.ts'

test.each([
  ['4000+0,7', { fixed: 4_000, bps: 70 }],
  ['4000+1.5%', { fixed: 4_000, bps: 150 }],
  ['0,7%', { fixed: 0, bps: 70 }],
  ['3%', { fixed: 0, bps: 300 }],
  ['2500', { fixed: 2_500, bps: 0 }],
  ['100+2', { fixed: 100, bps: 200 }],
])('--cost %s', (text, cost) => {
  expect(readChange(['--cost', text])).toEqual({ cost })
})

test('what is named is read, and only that', () => {
  expect(readChange(['--position', '2', '--min', '10.000', '--max', '5000000', '--fee', 'buyer'])).toEqual({
    position: 2,
    minimum: 10_000,
    maximum: 5_000_000,
    buyerPaysCost: true,
  })
  expect(readChange(['--fee', 'shop'])).toEqual({ buyerPaysCost: false })
})

test.each([
  [[]],
  [['--cost', '']],
  [['--cost', 'much']],
  [['--cost', '+']],
  [['--cost', '0,123%']],
  [['--fee', 'nobody']],
  [['--position', '1.5x']],
  [['--min', '-1']],
])('%j is told to be wrong', (args) => {
  expect(() => readChange(args)).toThrow(/./)
})

test('nothing to change is a slip', () => {
  expect(() => readChange([])).toThrow(UsageError)
})
