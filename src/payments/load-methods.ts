import type { Database } from '#platform/database.ts'
import type { TaggedCache } from '#platform/tagged-cache.ts'
import {
  mergeMethods,
  offerMethods,
  type Offering,
  type OfferedMethod,
  type PaymentMethod,
} from './payment-methods.ts'
import { SELECT_METHODS } from './payment-methods-store.ts'

/** What reading ways to pay needs. Without a cache every call reads the database. */
export type MethodsDeps = { db: Database; gateways: Offering; cache?: TaggedCache }

/** The tag of what operators set of ways to pay; bump it with every change. */
export const METHODS_TAG = 'payment-methods'

/** Tags tell of changes within a second; this only bounds how long a process that hears none believes an old answer. */
const MAX_AGE_MS = 60_000

/** Every way to pay as it stands now, in the operator's order; from the cache when it knows. */
export async function loadMethods(deps: MethodsDeps): Promise<PaymentMethod[]> {
  const load = () => deps.db.once('payments.load-methods', { role: 'web' }, SELECT_METHODS)
  const rule = { ttlMs: MAX_AGE_MS, tags: [METHODS_TAG] }
  return mergeMethods(deps.gateways, await (deps.cache?.getOrLoad(METHODS_TAG, rule, load) ?? load()))
}

/** The ways to pay `base` rupiah that are switched on, each with its fee, its total, and why it cannot be used. */
export async function listPaymentMethods(deps: MethodsDeps, base: number): Promise<OfferedMethod[]> {
  return offerMethods(await loadMethods(deps), base)
}
