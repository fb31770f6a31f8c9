import { expect, test } from 'vitest'
import { orderPathOf } from './order-link.ts'

const token = 'k3J9xq-ZfW2_uTqYb81LmN0pQr'

test.each([
  [`https://toko.example/track/${token}`, `/track/${token}`],
  [`  https://toko.example/track/${token}?lang=en `, `/track/${token}`],
  [`https://toko.example/invoice/LPK-7F3K?lang=en&t=${token}`, `/track/${token}`],
  [token, `/track/${token}`],
  ['lpk-7f3k', '/invoice/LPK-7F3K'],
  ['', undefined],
  ['apa kabar?', undefined],
  ['javascript:alert(1)', undefined],
])('%j leads to %j', (pasted, path) => {
  expect(orderPathOf(pasted)).toBe(path)
})
