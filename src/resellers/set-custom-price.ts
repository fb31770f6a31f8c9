import type { Database } from '#platform/database.ts'
import { violatedConstraint } from '#platform/database.ts'
import type { Clock } from '#platform/clock.ts'
import { isUuid } from '#platform/ids.ts'
import { MAX_RUPIAH } from '#shared/money.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { withdrawCustomPrice, writeCustomPrice } from './custom-prices-store.ts'

/** What changing a custom price needs. */
export type CustomPriceDeps = { db: Database; clock: Clock }

/** A reseller and a product of the feed, by our ids, and who acts. */
export type CustomPricePair = { resellerId: string; productId: string; by: string }

/** Why a custom price was not set. */
export type CustomPriceProblem = {
  code: 'price_invalid' | 'reseller_unknown' | 'product_unknown' | 'actor_missing'
}

const MAX_ACTOR_LENGTH = 200

/**
 * Sets a reseller's own price for a product of the feed, in whole rupiah above zero; a price that she has is replaced.
 * Who or what the feed does not have any more may still get one: both can come back.
 */
export async function setCustomPrice(
  deps: CustomPriceDeps,
  request: CustomPricePair & { price: number },
): Promise<Result<{ price: number }, CustomPriceProblem>> {
  if (!isPrice(request.price)) return err({ code: 'price_invalid' })
  const problem = pairProblem(request)
  if (problem !== undefined) return err(problem)
  const now = deps.clock.now()
  try {
    await deps.db.transaction('resellers.set-custom-price', { role: 'worker' }, (tx) =>
      writeCustomPrice(tx, { ...request, now }),
    )
  } catch (error) {
    const constraint = violatedConstraint(error)
    if (constraint === 'custom_prices_reseller') return err({ code: 'reseller_unknown' })
    if (constraint === 'custom_prices_product') return err({ code: 'product_unknown' })
    throw error
  }
  return ok({ price: request.price })
}

/** Withdraws a reseller's own price; the row stays as a record. Refuses when she has none. */
export async function removeCustomPrice(
  deps: CustomPriceDeps,
  request: CustomPricePair,
): Promise<Result<void, CustomPriceProblem | { code: 'not_found' }>> {
  const problem = pairProblem(request)
  if (problem !== undefined) return err(problem)
  const now = deps.clock.now()
  const removed = await deps.db.transaction('resellers.remove-custom-price', { role: 'worker' }, (tx) =>
    withdrawCustomPrice(tx, { ...request, now }),
  )
  return removed ? ok(undefined) : err({ code: 'not_found' })
}

function isPrice(amount: number): boolean {
  return Number.isSafeInteger(amount) && amount > 0 && amount <= MAX_RUPIAH
}

function pairProblem({ resellerId, productId, by }: CustomPricePair): CustomPriceProblem | undefined {
  if (by.trim() === '' || by.length > MAX_ACTOR_LENGTH) return { code: 'actor_missing' }
  if (!isUuid(resellerId)) return { code: 'reseller_unknown' }
  return isUuid(productId) ? undefined : { code: 'product_unknown' }
}
