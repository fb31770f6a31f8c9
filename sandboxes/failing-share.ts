import { z } from 'zod'
import { createRandom } from './random.ts'

/** What `/_sandbox/failures` takes: a share of orders that fail for good, `refused` at once or `failed` after a while. */
export const failuresSchema = z.object({
  share: z.number().min(0).max(1),
  seed: z.union([z.string(), z.number()]).default(1),
  kind: z.enum(['refused', 'failed']).default('refused'),
})

export type Failures = z.infer<typeof failuresSchema>

/** Decides which orders of a supplier fail; the same seed decides the same way. */
export type FailingShare = {
  set(failures: Failures): void
  /** Decides about one order; undefined = nothing special. */
  take(): Failures['kind'] | undefined
  clear(): void
}

/** Returns one that lets everything pass. */
export function createFailingShare(): FailingShare {
  let failures: Failures | undefined
  let luck = createRandom('failures')
  return {
    set(next) {
      failures = next
      luck = createRandom(`failures-${next.seed}`)
    },
    take: () => (failures && luck.next() < failures.share ? failures.kind : undefined),
    clear() {
      failures = undefined
    },
  }
}
