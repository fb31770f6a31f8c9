/** More wrong letters than this, and the word was meant to be something else. */
const MAX_DISTANCE = 2

/** The known name that differs from `word` by at most two letters, or undefined. */
export function closestName(word: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((name) => ({ name, distance: name.startsWith(word) ? 0 : editDistance(word, name) }))
    .toSorted((a, b) => a.distance - b.distance)
  const [best] = ranked
  return best !== undefined && best.distance <= MAX_DISTANCE ? best.name : undefined
}

/** Letters to add, drop, replace, or swap with their neighbour until `a` is `b`. */
export function editDistance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, sign] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries()) {
      const replace = (row[j] ?? 0) + (sign === other ? 0 : 1)
      const swapped = i > 0 && j > 0 && sign === b[j - 1] && a[i - 1] === other
      const swap = swapped ? (before[j - 1] ?? 0) + 1 : replace
      next.push(Math.min(replace, swap, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    before = row
    row = next
  }
  return row.at(-1) ?? 0
}
