import { describe, expect, it } from 'vitest'
import { followOffered, isAvailable, isCutOff, type Steadiness } from './availability.ts'

const START = new Date('2026-03-01T03:00:00Z').getTime()
const at = (minutes: number) => new Date(START + minutes * 60_000)
const FRESH: Steadiness = { offered: true, drops: [], heldUntil: null }

/** Toggles the offer at each of the minutes. */
function toggle(...minutes: number[]): Steadiness {
  return minutes.reduce((state, minute) => followOffered(state, !state.offered, at(minute)), FRESH)
}

describe('an offer that comes and goes', () => {
  it('is gone at once, and back at once the first two times', () => {
    expect(isAvailable(toggle(0), null, at(0))).toBe(false)
    expect(isAvailable(toggle(0, 1), null, at(1))).toBe(true)
    expect(isAvailable(toggle(0, 1, 2, 3), null, at(3))).toBe(true)
  })

  it('is held back for ten minutes after the third time within an hour', () => {
    const held = toggle(0, 1, 2, 3, 4, 5)
    expect(isAvailable(held, null, at(5))).toBe(false)
    expect(isAvailable(held, null, at(14))).toBe(false)
    expect(isAvailable(held, null, at(15))).toBe(true)
  })

  it('starts the ten minutes anew when it goes away meanwhile', () => {
    const again = toggle(0, 1, 2, 3, 4, 5, 10, 12)
    expect(isAvailable(again, null, at(16))).toBe(false)
    expect(isAvailable(again, null, at(22))).toBe(true)
  })

  it('is trusted again when the hour has passed', () => {
    expect(isAvailable(toggle(0, 1, 2, 3, 59, 61), null, at(61))).toBe(true)
    expect(isAvailable(toggle(0, 1, 30, 31, 58, 59), null, at(59))).toBe(false)
  })

  it('does not change when the supplier says the same again', () => {
    const held = toggle(0, 1, 2, 3, 4, 5)
    expect(followOffered(held, true, at(8))).toBe(held)
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
