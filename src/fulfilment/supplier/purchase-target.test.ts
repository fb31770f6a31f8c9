import { expect, test } from 'vitest'
import { purchaseTarget } from './purchase-target.ts'

test.each([
  ['a game account with its zone', { user_id: ' 123 ', zone_id: '2685' }, '123', '2685'],
  ['a server in place of a zone', { server: 'os_asia', user_id: '8' }, '8', 'os_asia'],
  ['a phone number', { phone: '0812' }, '0812', ''],
  ['a meter number', { meter: '5140' }, '5140', ''],
  ['a field with a name of its own', { nick: 'Raja', zone: '1' }, 'Raja', '1'],
  ['leading zeros', { user_id: '007' }, '007', ''],
  ['nothing, with a phone number', {}, '0899', ''],
])('%s', (_, input, targetNo, targetZone) => {
  expect(purchaseTarget(input, '0899')).toEqual({ targetNo, targetZone })
})

test('a voucher without a phone number goes out with a dash', () => {
  expect(purchaseTarget({ user_id: '' })).toEqual({ targetNo: '-', targetZone: '' })
})
