import * as z from 'zod'
import type { CatalogueFailure, OfferRow, SupplierCatalogue } from '../../catalog/ports.ts'
import { err, ok, type Result } from '../../shared/result.ts'
import { prefixPrepaid } from './prepaid-code.ts'
import { meansNothingFound, readRefusal } from './refusal.ts'
import type { VipAnswer, VipApi, VipEndpoint } from './vip-api.ts'
import { wireAmount, wireText } from './wire-amount.ts'

type Tier = 'basic' | 'premium' | 'special'

/** Maintenance and throttles name no time. */
const RETRY_AFTER_MS = 60_000
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
const anyCode = z.looseObject({ code: wireText })

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
      if (!account.ok) return err(weighRefusal(account.error))
      if (!games.ok) return games
      if (!prepaid.ok) return prepaid
      const tier = toTier(account.value.tier)
      return ok([
        ...games.value.map((row) => readGameRow(row, tier)),
        ...prepaid.value.map((row) => readPrepaidRow(row, tier)),
      ])
    },
  }
}

/** The balance and the level of the account. */
export async function fetchProfile(
  api: VipApi,
): Promise<Result<{ balance: number; tier: string }, ReadFailure>> {
  const answer = await api.read('profile', {})
  const failure = readFailure(answer)
  if (failure) return err(failure)
  const parsed = profile.safeParse(answer.kind === 'answered' ? answer.data : undefined)
  if (!parsed.success) return err({ code: 'malformed', detail: 'profile without balance or level' })
  return ok({ balance: parsed.data.balance, tier: parsed.data.level })
}

/** Why a read brought nothing. `refused`: an answer with `result:false`, whatever its words. */
export type ReadFailure = { code: 'unreachable' | 'refused' | 'malformed'; detail: string }

/** Why a read brought nothing, or undefined when it was answered with `result:true`. */
export function readFailure(answer: VipAnswer): ReadFailure | undefined {
  if (answer.kind === 'not_sent') return { code: 'unreachable', detail: answer.reason }
  if (answer.kind === 'unknown') {
    const isAnswer = answer.reason.startsWith('the answer')
    return { code: isAnswer ? 'malformed' : 'unreachable', detail: answer.reason }
  }
  return answer.result ? undefined : { code: 'refused', detail: answer.message.slice(0, DETAIL_LENGTH) }
}

/** Refusals have no codes: only words that blame the account stop further calls. @see suppliers.md 1.8 */
function weighRefusal(failure: ReadFailure): CatalogueFailure {
  if (failure.code !== 'refused') return failure
  const { detail } = failure
  const reason = readRefusal(detail)
  if (reason === 'throttled') return { code: 'throttled', detail, retryAfterMs: RETRY_AFTER_MS }
  return { code: reason === 'account' ? 'refused' : 'unreachable', detail }
}

async function fetchRows(api: VipApi, endpoint: VipEndpoint): Promise<Result<unknown[], CatalogueFailure>> {
  const answer = await api.read(endpoint, { type: 'services' })
  if (answer.kind === 'answered' && !answer.result && meansNothingFound(answer.message)) return ok([])
  const failure = readFailure(answer)
  if (failure) return err(weighRefusal(failure))
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

function readGameRow(value: unknown, tier: Tier): OfferRow {
  const parsed = gameRow.safeParse(value)
  if (!parsed.success) return garbledRow(value, parsed.error)
  const { code, game, name, server, status } = parsed.data
  const cost = parsed.data.price[tier] ?? parsed.data.price.basic
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

function readPrepaidRow(value: unknown, tier: Tier): OfferRow {
  const parsed = prepaidRow.safeParse(value)
  if (!parsed.success) {
    const row = garbledRow(value, parsed.error)
    return { ...row, code: row.code === '' ? '' : prefixPrepaid(row.code) }
  }
  const { brand, name, status } = parsed.data
  const cost = parsed.data.price[tier] ?? parsed.data.price.basic
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

/** A row that cannot be read, with its code where that much can. */
function garbledRow(raw: unknown, error: z.ZodError): OfferRow {
  const code = anyCode.safeParse(raw)
  const fault = error.issues.map((issue) => `${issue.path.join('.') || 'row'}: ${issue.message}`).join('; ')
  return {
    code: code.success ? code.data.code : '',
    family: '',
    name: '',
    displayName: '',
    cost: 0,
    route: '',
    available: false,
    garbled: { fault: fault.slice(0, DETAIL_LENGTH), raw },
  }
}
