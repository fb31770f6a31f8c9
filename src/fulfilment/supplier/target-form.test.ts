import { expect, test } from 'vitest'
import { formTarget, takesTarget } from './target-form.ts'

test.each([
  ['apart', '2685', { targetNo: '0123', targetZone: '2685' }],
  ['joined', '2685', { targetNo: '01232685', targetZone: '' }],
  ['piped', '2685', { targetNo: '0123|2685', targetZone: '' }],
  ['single', '', { targetNo: '0123', targetZone: '' }],
  ['joined', '', { targetNo: '0123', targetZone: '' }],
] as const)('%s with zone %j', (form, zone, expected) => {
  expect(formTarget(form, { no: '0123', zone })).toEqual(expected)
})

test.each([
  ['apart', 'os_asia', true],
  ['joined', '2685', true],
  ['joined', 'os_asia', false],
  ['piped', 'os_asia', false],
  ['single', '2685', false],
  ['single', '', true],
] as const)('%s takes zone %j: %s', (form, zone, expected) => {
  expect(takesTarget(form, zone)).toBe(expected)
})
