import { expect, test } from 'vitest'
import { workInLanes } from './lanes.ts'

type Job = { host: string; number: number }

function jobs(host: string, count: number): Job[] {
  return Array.from({ length: count }, (_, number) => ({ host, number }))
}

/** Counts how many are in work at once, over all and per host. */
function watch() {
  const running = new Map<string, number>()
  const most = new Map<string, number>()
  const step = (name: string, by: number): void => {
    const now = (running.get(name) ?? 0) + by
    running.set(name, now)
    most.set(name, Math.max(now, most.get(name) ?? 0))
  }
  return {
    most,
    async work({ host }: Job): Promise<void> {
      step(host, 1)
      step('all', 1)
      await new Promise((resolve) => setImmediate(resolve))
      step(host, -1)
      step('all', -1)
    },
  }
}

const hostOf = (job: Job): string => job.host
const always = (): boolean => true

test('works on everything once, with four per host and eight over all', async () => {
  const { most, work } = watch()
  const done: Job[] = []
  const all = ['a', 'b', 'c', 'd'].flatMap((host) => jobs(host, 25))
  const { failure } = await workInLanes(all, hostOf, always, async (job) => {
    await work(job)
    done.push(job)
  })
  expect(failure).toBeUndefined()
  expect(new Set(done).size).toBe(100)
  expect(done).toHaveLength(100)
  expect(most.get('all')).toBe(8)
  expect(Math.max(...['a', 'b', 'c', 'd'].map((host) => most.get(host) ?? 0))).toBe(4)
})

test('a host that hangs holds up only its own', async () => {
  const hanging = Promise.withResolvers<void>()
  const done: string[] = []
  const ended = workInLanes([...jobs('slow', 10), ...jobs('quick', 20)], hostOf, always, async ({ host }) => {
    if (host === 'slow') await hanging.promise
    done.push(host)
    if (done.filter((name) => name === 'quick').length === 20) hanging.resolve()
  })
  await ended
  expect(done.slice(0, 20).every((name) => name === 'quick')).toBe(true)
  expect(done).toHaveLength(30)
})

test('begins nothing after the word to stop, and ends', async () => {
  let begun = 0
  await workInLanes(
    jobs('a', 50),
    hostOf,
    () => begun < 5,
    async () => {
      begun += 1
      await new Promise((resolve) => setImmediate(resolve))
    },
  )
  expect(begun).toBe(5)
})

test('begins nothing after a failure, lets what runs end, and tells of it', async () => {
  let begun = 0
  let ended = 0
  const { failure } = await workInLanes(jobs('a', 50), hostOf, always, async () => {
    begun += 1
    const isFirst = begun === 1
    await new Promise((resolve) => setImmediate(resolve))
    ended += 1
    if (isFirst) throw new Error('away')
  })
  expect(failure).toEqual(new Error('away'))
  expect(begun).toBe(ended)
  expect(begun).toBeLessThan(10)
})

test('ends when all that run fail at once, whoever waits for a turn', async () => {
  let begun = 0
  const all = ['a', 'b', 'c', 'd'].flatMap((host) => jobs(host, 8))
  const { failure } = await workInLanes(all, hostOf, always, async () => {
    begun += 1
    await new Promise((resolve) => setImmediate(resolve))
    throw new Error('store away')
  })
  expect(failure).toEqual(new Error('store away'))
  expect(begun).toBe(8)
})
