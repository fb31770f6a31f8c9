import { describe, expect, it } from 'vitest'
import {
  followOffered,
  isAvailable,
  isCutOff,
  SUPPLIER_PULL_MINUTES,
  type Steadiness,
} from './availability.ts'

const START = new Date('2026-03-01T03:00:00Z').getTime()
const at = (minutes: number) => new Date(START + minutes * 60_000)
const FRESH: Steadiness = { offered: true, drops: [], heldUntil: null }

/** Toggles the offer at each of the minutes. */
function toggle(...minutes: number[]): Steadiness {
  return minutes.reduce((state, minute) => followOffered(state, !state.offered, at(minute)), FRESH)
}

/** The moments of pulls, counted from the first. */
const pulls = (...counted: number[]) => counted.map((count) => count * SUPPLIER_PULL_MINUTES)

describe('an offer that comes and goes', () => {
  it('is gone at once, and back at once the first two times', () => {
    expect(isAvailable(toggle(0), null, at(0))).toBe(false)
    expect(isAvailable(toggle(...pulls(0, 1)), null, at(30))).toBe(true)
    expect(isAvailable(toggle(...pulls(0, 1, 2, 3)), null, at(90))).toBe(true)
  })

  it('is held back when it changes with every pull, until a second pull has seen it', () => {
    const held = toggle(...pulls(0, 1, 2, 3, 4, 5))
    expect(isAvailable(held, null, at(150))).toBe(false)
    expect(isAvailable(held, null, at(180))).toBe(false)
    expect(isAvailable(held, null, at(194))).toBe(false)
    expect(isAvailable(held, null, at(195))).toBe(true)
  })

  it('waits anew when it goes away meanwhile', () => {
    const again = toggle(...pulls(0, 1, 2, 3, 4, 5, 6, 7))
    expect(isAvailable(again, null, at(225))).toBe(false)
    expect(isAvailable(again, null, at(255))).toBe(true)
  })

  it('is trusted again when six hours have passed', () => {
    expect(isAvailable(toggle(...pulls(0, 1, 2, 3, 11, 12)), null, at(360))).toBe(true)
    expect(isAvailable(toggle(...pulls(1, 2, 3, 4, 11, 12)), null, at(360))).toBe(false)
  })

  it('does not change when the supplier says the same again', () => {
    const held = toggle(...pulls(0, 1, 2, 3, 4, 5))
    expect(followOffered(held, true, at(180))).toBe(held)
  })
})

describe('a cut-off', () => {
  it.each([
    ['23:45 to 0:15 at 23:44', 1425, 15, '2026-03-01T16:44:59Z', false],
    ['23:45 to 0:15 at 23:45', 1425, 15, '2026-03-01T16:45:00Z', true],
    ['23:45 to 0:15 at midnight', 1425, 15, '2026-03-01T17:00:00Z', true],
    ['23:45 to 0:15 at 0:15', 1425, 15, '2026-03-01T17:15:00Z', false],
    ['1:00 to 2:00 at 1:30', 60, 120, '2026-03-01T18:30:00Z', true],
    ['1:00 to 2:00 at noon', 60, 120, '2026-03-01T05:00:00Z', false],
    ['0:0 to 0:0', 0, 0, '2026-03-01T17:00:00Z', false],
  ])('%s', (_, start, end, now, expected) => {
    expect(isCutOff({ start, end }, new Date(now))).toBe(expected)
    expect(isAvailable(FRESH, { start, end }, new Date(now))).toBe(!expected)
  })
})
