import * as z from 'zod'
import type { CatalogueFailure, OfferRow, SupplierCatalogue } from '../../catalog/ports.ts'
import { err, ok, type Result } from '../../shared/result.ts'
import { prefixPrepaid } from './prepaid-code.ts'
import { meansNothingFound } from './refusal.ts'
import type { VipAnswer, VipApi, VipEndpoint } from './vip-api.ts'
import { wireAmount, wireText } from './wire-amount.ts'

type Tier = 'basic' | 'premium' | 'special'

/** A list with more broken rows than this share is not believed: offers would vanish by a format change. */
const MAX_UNREADABLE_SHARE = 0.02
/** Keeps a provider's text in logs and run reports short. */
const DETAIL_LENGTH = 200

const profile = z.object({ balance: wireAmount, level: z.string() })
const price = z.object({ basic: wireAmount, premium: wireAmount.optional(), special: wireAmount.optional() })
const gameRow = z.object({
  code: wireText.pipe(z.string().min(1)),
  game: z.string(),
  name: z.string().min(1),
  price,
  server: wireText.nullish(),
  status: z.string(),
})
const prepaidRow = z.object({
  code: wireText.pipe(z.string().min(1)),
  brand: z.string(),
  name: z.string().min(1),
  price,
  status: z.string(),
})

/** The account's catalogue at the prices of its own tier, and its balance. */
export function createVipCatalogue(api: VipApi): SupplierCatalogue {
  return {
    supplier: 'vip-reseller',
    fetchBalance: () => fetchProfile(api),
    async fetchOffers() {
      const [account, games, prepaid] = await Promise.all([
        fetchProfile(api),
        fetchRows(api, 'game-feature'),
        fetchRows(api, 'prepaid'),
      ])
      if (!account.ok) return account
      if (!games.ok) return games
      if (!prepaid.ok) return prepaid
      const tier = toTier(account.value.tier)
      const rows = [
        ...games.value.map((row) => readGameRow(row, tier)),
        ...prepaid.value.map((row) => readPrepaidRow(row, tier)),
      ]
      return collectOffers(rows)
    },
  }
}

/** The balance and the level of the account. */
export async function fetchProfile(
  api: VipApi,
): Promise<Result<{ balance: number; tier: string }, CatalogueFailure>> {
  const answer = await api.read('profile', {})
  const failure = readFailure(answer)
  if (failure) return err(failure)
  const parsed = profile.safeParse(answer.kind === 'answered' ? answer.data : undefined)
  if (!parsed.success) return err({ code: 'malformed', detail: 'profile without balance or level' })
  return ok({ balance: parsed.data.balance, tier: parsed.data.level })
}

/** Why a read brought nothing, or undefined when it was answered with `result:true`. */
export function readFailure(answer: VipAnswer): CatalogueFailure | undefined {
  if (answer.kind === 'not_sent') return { code: 'unreachable', detail: answer.reason }
  if (answer.kind === 'unknown') {
    const isAnswer = answer.reason.startsWith('the answer')
    return { code: isAnswer ? 'malformed' : 'unreachable', detail: answer.reason }
  }
  return answer.result ? undefined : { code: 'refused', detail: answer.message.slice(0, DETAIL_LENGTH) }
}

async function fetchRows(api: VipApi, endpoint: VipEndpoint): Promise<Result<unknown[], CatalogueFailure>> {
  const answer = await api.read(endpoint, { type: 'services' })
  const failure = readFailure(answer)
  if (failure?.code === 'refused' && meansNothingFound(failure.detail)) return ok([])
  if (failure) return err(failure)
  const rows = z.array(z.unknown()).safeParse(answer.kind === 'answered' ? answer.data : undefined)
  return rows.success
    ? ok(rows.data)
    : err({ code: 'malformed', detail: `${endpoint} services are not a list` })
}

/** `special` is charged only to accounts of that level; whoever assumes it sells below cost. @see suppliers.md 1.6 */
function toTier(level: string): Tier {
  const word = level.toLowerCase()
  if (word.includes('special')) return 'special'
  return word.includes('premium') ? 'premium' : 'basic'
}

function readGameRow(value: unknown, tier: Tier): OfferRow | undefined {
  const parsed = gameRow.safeParse(value)
  if (!parsed.success) return undefined
  const { code, game, name, server, status } = parsed.data
  const cost = parsed.data.price[tier] ?? parsed.data.price.basic
  if (cost <= 0) return undefined
  const displayName = `${game} - ${name}`
  return {
    code,
    family: game,
    name,
    displayName,
    cost,
    route: server ?? '',
    available: status === 'available',
  }
}

function readPrepaidRow(value: unknown, tier: Tier): OfferRow | undefined {
  const parsed = prepaidRow.safeParse(value)
  if (!parsed.success) return undefined
  const { brand, name, status } = parsed.data
  const cost = parsed.data.price[tier] ?? parsed.data.price.basic
  if (cost <= 0) return undefined
  const code = prefixPrepaid(parsed.data.code)
  return {
    code,
    family: brand,
    name,
    displayName: name,
    cost,
    route: 'prepaid',
    available: status === 'available',
  }
}

/** Drops unreadable rows and repeated codes; refuses the list when too many rows are unreadable. */
function collectOffers(rows: (OfferRow | undefined)[]): Result<OfferRow[], CatalogueFailure> {
  const readable = rows.filter((row) => row !== undefined)
  const unreadable = rows.length - readable.length
  if (unreadable > rows.length * MAX_UNREADABLE_SHARE) {
    return err({ code: 'malformed', detail: `${unreadable} of ${rows.length} rows cannot be read` })
  }
  const byCode = new Map<string, OfferRow>()
  for (const row of readable) if (!byCode.has(row.code)) byCode.set(row.code, row)
  return ok([...byCode.values()])
}
