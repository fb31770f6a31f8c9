import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCodes } from './read-codes.ts'

const codesOf = (csv: string): string[] => readCodes(csv).codes.map(({ code }) => code)

test.each([
  ['one code per line', 'A\nB\r\nC', ['A', 'B', 'C']],
  ['a code column anywhere', 'note,Code\nx,A\ny,B\n', ['A', 'B']],
  ['semicolons, as spreadsheets here write them', 'kode;harga\nA;1\nB;2', ['A', 'B']],
  ['a byte order mark', '\uFEFFcode\nA', ['A']],
  ['quotes around commas', 'code,n\n"a,b",1', ['a,b']],
  [
    'a line with a comma but no header, whole',
    'mail@example.test,secret\nB',
    ['mail@example.test,secret', 'B'],
  ],
  ['blank lines left out', 'A\n\n\nB\n', ['A', 'B']],
])('reads %s', (_, csv, expected) => {
  expect(codesOf(csv)).toEqual(expected)
})

test('any list of plain codes comes back as it was', () => {
  const code = fc
    .stringMatching(/^[A-Za-z0-9][A-Za-z0-9 _.:/+=@-]{0,38}[A-Za-z0-9]$/)
    .filter((text) => !/^(code|kode)$/i.test(text))
  fc.assert(
    fc.property(fc.array(code, { minLength: 1 }), (codes) => {
      expect(codesOf(codes.join('\n'))).toEqual(codes)
    }),
  )
})
