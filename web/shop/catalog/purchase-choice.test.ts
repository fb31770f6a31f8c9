import { expect, test } from 'vitest'
import type { InputField } from '../../../src/catalog/service-view.ts'
import { choiceParams, findMistakes, groupSkus, parseChoice, parseQuantity } from './purchase-choice.ts'

const fields: InputField[] = [
  { name: 'user_id', label: 'User ID', type: 'digits', required: true, pattern: '^[0-9]{5,12}$' },
  {
    name: 'server',
    label: 'Server',
    type: 'select',
    required: false,
    options: [{ value: 'asia', label: 'Asia' }],
  },
]

test('a choice survives its address', () => {
  const choice = { sku: 'A', quantity: 3, input: { user_id: '12345', server: 'asia' } }
  expect(parseChoice(choiceParams(choice), fields)).toEqual(choice)
})

test('fields the product does not ask for are dropped', () => {
  expect(parseChoice(new URLSearchParams('sku=A&input.other=x'), fields).input).toEqual({})
})

test.each([
  [null, 1],
  ['', 1],
  ['0', 1],
  ['-4', 1],
  ['2.5', 1],
  ['7', 7],
  ['999', 10],
])('the quantity %j is read as %i', (text, quantity) => {
  expect(parseQuantity(text)).toBe(quantity)
})

test('missing, misshapen and unknown values are told apart', () => {
  expect(findMistakes(fields, {})).toEqual({ user_id: 'required' })
  expect(findMistakes(fields, { user_id: '12' })).toEqual({ user_id: 'shape' })
  expect(findMistakes(fields, { user_id: '12345', server: 'mars' })).toEqual({ server: 'shape' })
  expect(findMistakes(fields, { user_id: '12345' })).toEqual({})
})

test('SKUs are clustered by group in the order groups first appear', () => {
  const sku = (code: string, group?: string) => ({
    sku: code,
    name: code,
    price: 1,
    available: true,
    ...(group ? { group } : {}),
  })
  const groups = groupSkus([sku('a', 'X'), sku('b', 'Y'), sku('c', 'X')])
  expect(groups.map(({ name, skus }) => [name, skus.map((member) => member.sku)])).toEqual([
    ['X', ['a', 'c']],
    ['Y', ['b']],
  ])
})
