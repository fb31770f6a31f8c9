import type { Clock } from '#platform/clock.ts'
import type { Database } from '#platform/database.ts'
import type { TaggedCache } from '#platform/tagged-cache.ts'
import { isSlug } from './catalog-reads.ts'
import { findAccountFieldsStatement } from './catalog-view-store.ts'
import type { AccountChecker } from './ports.ts'
import type { AccountCheck } from './service-view.ts'
import { validateInput } from './validate-input.ts'

/** `cache` keeps definite answers; give it an own small one or the catalogue's. */
export type CheckAccountDeps = { checker: AccountChecker; db: Database; clock: Clock; cache?: TaggedCache }

/** Names change rarely; a buyer who corrects a typo and comes back should not wait twice. */
const KEEP_ANSWER_MS = 5 * 60_000

const NOT_CHECKED: AccountCheck = {
  valid: null,
  message: 'Nama akun belum bisa dicek sekarang. Kamu tetap bisa membeli; pastikan ID-nya sudah benar.',
}
const NO_CHECK: AccountCheck = {
  valid: null,
  message: 'Produk ini tidak punya pengecekan nama akun. Pastikan ID-nya sudah benar.',
}

/**
 * The name behind the account a buyer typed in. Advisory: never throws and never decides about a purchase;
 * `valid: null` says in plain words that it could not be checked. Definite answers are kept for five minutes.
 */
export async function checkAccount(
  deps: CheckAccountDeps,
  slug: string,
  input: Record<string, string>,
): Promise<AccountCheck> {
  try {
    return await ask(deps, slug, input)
  } catch {
    return NOT_CHECKED
  }
}

async function ask(
  deps: CheckAccountDeps,
  slug: string,
  input: Record<string, string>,
): Promise<AccountCheck> {
  if (!isSlug(slug)) return NO_CHECK
  const [product] = await deps.db.once(
    'catalog.account-fields',
    { role: 'web' },
    findAccountFieldsStatement(slug),
  )
  if (product === undefined || product.nickname_code === null) return NO_CHECK
  const asked = product.input_fields.filter((field) => field.name === 'user_id' || field.name === 'zone_id')
  const valid = validateInput(asked, input)
  if (!valid.ok) return { valid: false, message: valid.error[0]?.message ?? 'Periksa lagi ID-mu.' }
  const request = {
    code: product.nickname_code,
    target: valid.value['user_id'] ?? '',
    zone: valid.value['zone_id'] ?? '',
  }
  if (request.target === '') return NO_CHECK
  if (deps.cache === undefined) return deps.checker.checkAccount(request)
  const key = JSON.stringify(['account', request.code, request.target, request.zone])
  const rule = { ttlMs: KEEP_ANSWER_MS, keep: (answer: AccountCheck) => answer.valid !== null }
  return deps.cache.getOrLoad(key, rule, () => deps.checker.checkAccount(request))
}
