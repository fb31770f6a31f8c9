/** A source of numbers from 0 to 1 that gives the same ones for the same text. */
export type Chance = () => number

/** Numbers that look random and depend on the text alone. */
export function chanceFrom(text: string): Chance {
  let state = 2_166_136_261
  for (const character of text) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 16_777_619) >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A whole number in the range. */
export function between(chance: Chance, low: number, high: number): number {
  return Math.round(low + chance() * (high - low))
}

/** One of the choices; there must be one. */
export function pick<T>(choices: readonly T[], chance: Chance): T {
  const choice = choices[Math.floor(chance() * choices.length)]
  if (choice === undefined) throw new RangeError('nothing to choose from')
  return choice
}
