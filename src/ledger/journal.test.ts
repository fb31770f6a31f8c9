import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findJournalFault, reversalOf, type Journal } from './journal.ts'

const code = fc.constantFrom('sales', 'suspense', 'orders:unearned', 'wallet:1')
const transfer = fc
  .record({ debit: code, credit: code, amount: fc.integer({ min: 1, max: 1_000_000_000 }) })
  .filter(({ debit, credit }) => debit !== credit)
const journal: fc.Arbitrary<Journal> = fc
  .array(transfer, { minLength: 1, maxLength: 20 })
  .map((transfers) => ({ id: 'j', businessKey: 'test:1', kind: 'test', transfers }))

test('a journal of proper transfers has no fault', () => {
  fc.assert(fc.property(journal, (sample) => findJournalFault(sample) === undefined))
})

test.each([
  ['no transfers', []],
  ['zero', [{ debit: 'sales', credit: 'suspense', amount: 0 }]],
  ['a negative amount', [{ debit: 'sales', credit: 'suspense', amount: -5 }]],
  ['a fraction of a rupiah', [{ debit: 'sales', credit: 'suspense', amount: 1.5 }]],
  ['more than any order', [{ debit: 'sales', credit: 'suspense', amount: 2 ** 53 }]],
  ['one account on both sides', [{ debit: 'sales', credit: 'sales', amount: 5 }]],
])('refuses %s', (_, transfers) => {
  expect(findJournalFault({ id: 'j', businessKey: 'test:1', kind: 'test', transfers })).toBeTypeOf('string')
})

test('a reversal undoes every balance', () => {
  fc.assert(
    fc.property(journal, (sample) => {
      const balances = new Map<string, number>()
      for (const { debit, credit, amount } of [...sample.transfers, ...reversalOf(sample, 'k').transfers]) {
        balances.set(debit, (balances.get(debit) ?? 0) - amount)
        balances.set(credit, (balances.get(credit) ?? 0) + amount)
      }
      return [...balances.values()].every((balance) => balance === 0)
    }),
  )
})
