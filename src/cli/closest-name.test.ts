import { expect, test } from 'vitest'
import { closestName } from './closest-name.ts'

test.each([
  ['doctr', 'doctor'],
  ['migrat', 'migrate'],
  ['snyc', 'sync'],
  ['frobnicate', undefined],
])('%s suggests %s', (word, expected) => {
  expect(closestName(word, ['doctor', 'migrate', 'sync', 'serve'])).toBe(expected)
})
