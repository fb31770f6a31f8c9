import { expect, test } from 'vitest'
import { listPath, parseListQuery } from './list-query.ts'

test('unknown filters are ignored', () => {
  expect(parseListQuery(new URLSearchParams('type=OTHER&q=%20%20'))).toEqual({ limit: 24 })
})

test('a change of filters keeps the others and starts at the first page', () => {
  const query = parseListQuery(new URLSearchParams('q=legends&category=game&cursor=abc'))
  expect(listPath(query, { type: 'STOCK' })).toBe('/products?q=legends&category=game&type=STOCK')
  expect(listPath(query, { category: undefined })).toBe('/products?q=legends')
  expect(listPath(query, { cursor: 'next' })).toBe('/products?q=legends&category=game&cursor=next')
})
