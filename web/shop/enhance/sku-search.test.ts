import { expect, test } from 'vitest'
import { searchable } from './sku-search.ts'

test('amounts are found whatever dots, spaces and capitals are typed', () => {
  expect(searchable('Pulsa 10.000')).toBe('pulsa10000')
  expect(searchable('pulsa 10000')).toBe(searchable('Pulsa 10.000'))
  expect(searchable('…')).toBe('')
})
