import { expect, test } from 'vitest'
import { diffBodies } from './diff-bodies.ts'

test('names the fields that differ, with before and after', () => {
  const before = { name: 'old', tags: ['a'], gone: 1 }
  expect(diffBodies(before, { name: 'new', tags: ['a'], fresh: true })).toEqual({
    name: ['old', 'new'],
    gone: [1, null],
    fresh: [null, true],
  })
})

test('without a body before, everything is new', () => {
  expect(diffBodies(undefined, { name: 'new' })).toEqual({ name: [null, 'new'] })
})
