import { expect, test } from 'vitest'
import { readPanelTime } from './panel-time.ts'

test('the panel writes Jakarta’s time', () => {
  expect(readPanelTime('21/11/2026 15:04')).toEqual(new Date('2026-11-21T08:04:00Z'))
})

test.each(['', '2026-11-21 15:04', '21/11/2026', '45/11/2026 15:04', '21/11/26 15:04'])(
  '%j is no time',
  (text) => {
    expect(readPanelTime(text)).toBeUndefined()
  },
)
