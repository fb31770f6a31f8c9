import pino from 'pino'
import { expect, test } from 'vitest'
import { attemptInLanes } from './attempt-each.ts'

const context = { log: pino({ level: 'silent' }), name: 'test' }
const keyOf = (item: string): string => item.charAt(0)

test('one key whose work hangs holds up only its own items', async () => {
  const hanging = Promise.withResolvers<void>()
  const begun: string[] = []
  const alive = Promise.withResolvers<void>()
  const done = attemptInLanes(
    ['a1', 'a2', 'a3', 'b1', 'b2', 'b3'],
    context,
    { keyOf, perKey: 2, forMs: 60_000 },
    async (item) => {
      begun.push(item)
      if (keyOf(item) === 'a') await hanging.promise
      if (item === 'b3') alive.resolve()
    },
  )
  await alive.promise
  expect(begun.toSorted()).toEqual(['a1', 'a2', 'b1', 'b2', 'b3'])
  hanging.resolve()
  expect(await done).toBe(6)
})

test('an item that fails holds up no other, and is not counted', async () => {
  const work = async (item: string): Promise<void> => {
    if (item === 'a1') throw new Error('failed')
  }
  expect(await attemptInLanes(['a1', 'a2'], context, { keyOf, perKey: 1, forMs: 60_000 }, work)).toBe(1)
})

test('after its time a lane takes nothing more', async () => {
  const lanes = { keyOf, perKey: 2, forMs: 0 }
  expect(await attemptInLanes(['a1', 'a2', 'a3', 'b1'], context, lanes, async () => undefined)).toBe(3)
})
