/**
 * Runs `step` again and again in several lanes, until one of them has an end, or all are done. When a step throws, the
 * others finish theirs and the first error is thrown.
 */
export async function attemptLanes<End extends object>(
  lanes: number,
  step: () => Promise<End | 'next' | 'done'>,
): Promise<End | undefined> {
  let end: End | undefined
  const failures: unknown[] = []
  async function lane(): Promise<void> {
    while (end === undefined && failures.length === 0) {
      try {
        const outcome = await step()
        if (outcome === 'done') return
        if (outcome !== 'next') end ??= outcome
      } catch (error) {
        failures.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  if (failures.length > 0) throw failures[0]
  return end
}
