import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeItems } from '../../support/item-provider.ts'
import { createPullStage, type PullStage } from './pull-stage.ts'

let stage: PullStage

beforeAll(async () => {
  stage = await createPullStage({ items: makeItems(10) })
})
afterAll(() => stage.stop())

test('the first run takes everything, page by page', async () => {
  const pass = await stage.run()
  expect(pass).toMatchObject({ status: 'succeeded', seen: 10, created: 10, unchanged: 0, pages: 4 })
  expect(await stage.items()).toHaveLength(10)
  expect(stage.provider.calls.map((call) => call.position)).toEqual([null, '3', '6', '9'])
})
