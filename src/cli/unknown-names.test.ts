import { expect, test } from 'vitest'
import { describeUnknownNames } from './unknown-names.ts'

test.each([
  ['PROT', 'PORT'],
  ['POTR', 'PORT'],
  ['MIDTRANS_SERVERKEY', 'MIDTRANS_SERVER_KEY'],
  ['DATABASE_URI', 'DATABASE_URL'],
  ['LAPAK_SOMETHING', '.env.example'],
])('%s is warned about, and the warning names %s but no value', (name, hint) => {
  const [warning, ...rest] = describeUnknownNames({ [name]: 'hunter2' })
  expect(rest).toEqual([])
  expect(warning).toContain(name)
  expect(warning).toContain(hint)
  expect(warning).not.toContain('hunter2')
})

test('variables of other programs, our own and internal ones are let be', () => {
  const names = [
    'PATH',
    'HOME',
    'PWD',
    'NODE_ENV',
    'HOST',
    'PGPORT',
    'LANG',
    'MAIL',
    'PORT',
    'LAPAK_PARENT_FD',
  ]
  expect(describeUnknownNames(Object.fromEntries(names.map((name) => [name, '1'])))).toEqual([])
})
