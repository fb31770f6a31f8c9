import { afterAll, beforeAll, expect, test } from 'vitest'
import { driveRun } from '../../../src/sync/runs/drive-run.ts'
import { registerConnections } from '../../../src/sync/runs/register-connections.ts'
import { createRuns, type Runs } from './runs-fixture.ts'

/** More than a run shows. */
const BROKEN = 60
const SHOWN = 50

let runs: Runs

beforeAll(async () => {
  runs = await createRuns({ shop: {} })
  const pictures = Array.from({ length: BROKEN }, (_, index) => `http://feed.test/${index}.png`)
  runs.deps.connections = new Map([
    [
      'shop',
      {
        name: 'shop',
        streams: [
          {
            kind: 'work',
            name: 'images',
            step: async () => {
              const taken = pictures.splice(0, 20)
              return {
                done: taken.length === 0,
                counts: { seen: taken.length, rejected: taken.length },
                errors: taken.map((record) => ({ code: 'http_404', detail: 'not\0 there', record })),
              }
            },
          },
        ],
        schedules: [],
      },
    ],
  ])
  await registerConnections(runs.deps)
})

afterAll(() => runs.database.drop())

test('a run shows what its steps could not do, up to a limit, and succeeds', async () => {
  const run = await driveRun(runs.deps, await runs.request('shop'), new AbortController().signal)
  expect(run).toMatchObject({ status: 'succeeded', streams: [{ stream: 'images', rejected: BROKEN }] })
  expect(run?.errors).toHaveLength(SHOWN)
  expect(run?.errors[0]).toEqual({ code: 'http_404', detail: 'not� there', record: 'http://feed.test/0.png' })
})
