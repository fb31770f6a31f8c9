/** Figures of several rounds. */
export type Spread = { median: number; low: number; high: number }

/** Rounds of each contestant; an odd number, so that the median is one of them. */
export const ROUNDS = Number(process.env['LAPAK_BENCH_ROUNDS'] ?? 5)
/** How long one contestant runs in one round. */
export const ROUND_SECONDS = Number(process.env['LAPAK_BENCH_SECONDS'] ?? 5)

/** The value below which `share` (0 to 1) of the numbers lie; NaN of none. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

/** Median and range. */
export function spreadOf(numbers: readonly number[]): Spread {
  return { median: percentile(numbers, 0.5), low: Math.min(...numbers), high: Math.max(...numbers) }
}

/** Runs the contestants in turn, `rounds` times, so that a slow minute of the machine hits all of them. */
export async function takeTurns<Name extends string>(
  contestants: Record<Name, () => Promise<number>>,
  rounds = ROUNDS,
): Promise<Record<Name, Spread>> {
  const names = Object.keys(contestants) as Name[]
  const figures = new Map<Name, number[]>(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) figures.get(name)?.push(await contestants[name]())
  }
  return Object.fromEntries(names.map((name) => [name, spreadOf(figures.get(name) ?? [])])) as Record<
    Name,
    Spread
  >
}
