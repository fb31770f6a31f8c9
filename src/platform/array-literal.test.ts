import { expect, test } from 'vitest'
import { plainArray, storableJson, textArray } from './array-literal.ts'

test('text is quoted so that PostgreSQL reads it back as it was', () => {
  expect(textArray([])).toBe('{}')
  expect(textArray(['a', '', null, undefined, 'NULL'])).toBe('{"a","",NULL,NULL,"NULL"}')
  expect(textArray(['a"b', 'c\\d', '{e,f}'])).toBe('{"a\\"b","c\\\\d","{e,f}"}')
})

test('ids and numbers need no quotes', () => {
  expect(plainArray([1, null, 'f00d'])).toBe('{1,NULL,f00d}')
})

test('what jsonb refuses becomes the replacement character, everything else stays', () => {
  expect(storableJson({ a: 'x\0y', '\0': ['\uD800', '😀'] })).toBe(
    '{"a":"x\uFFFDy","\uFFFD":["\uFFFD","😀"]}',
  )
  expect(storableJson({ path: 'C:\\u0000' })).toBe('{"path":"C:\\\\u0000"}')
  expect(storableJson(undefined)).toBe('null')
})
