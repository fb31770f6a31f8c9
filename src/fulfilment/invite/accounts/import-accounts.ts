import type { Database } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import type { Log } from '#platform/log.ts'
import { seal, type KeyRing } from '#platform/sealing.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { accountSealPlace } from '../../delivery/seal-places.ts'
import type { ProviderAccountImport } from '../../invite-view.ts'
import { momentOf, type InviteProviders } from '../invite.ts'
import { insertAccount, lockKnownAccounts, updateAccount } from './import-store.ts'

/** Accounts of one import: more than any shop keeps, and one transaction of a second. */
const MAX_ACCOUNTS = 1_000
/** Nobody reads more mistakes than this at once. */
const ERRORS_SHOWN = 20
const MAX_TEXT = 200
const MAX_CREDENTIAL = 4_000
/** The same bound as in the schema. */
const MAX_COUNT = 10_000
const MAX_PLANS = 50
const PLAN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** What importing needs. */
export type ImportDeps = {
  db: Database
  keys: KeyRing
  log: Log
  inviteProviders: InviteProviders
  moment?: () => Date
}

/**
 * Adds accounts to the pools and changes those that are known by their id at the provider, all or none; how many were
 * added and changed. Credentials are sealed before anything is written and never answered or logged. Repeating an
 * import changes the same accounts to the same values.
 */
export async function importAccounts(
  deps: ImportDeps,
  accounts: readonly ProviderAccountImport[],
  by: string,
): Promise<Result<{ added: number; changed: number }, { code: 'invalid_request'; errors: string[] }>> {
  const errors = findFaults(accounts, deps.inviteProviders)
  if (errors.length > 0) return err({ code: 'invalid_request', errors: errors.slice(0, ERRORS_SHOWN) })
  const counts = await deps.db.transaction('fulfilment.import-accounts', { role: 'worker' }, async (tx) => {
    let added = 0
    for (const provider of new Set(accounts.map((account) => account.provider))) {
      const mine = accounts.filter((account) => account.provider === provider)
      const ids = mine.map((account) => account.externalId)
      const known = await lockKnownAccounts(tx, provider, ids)
      for (const account of mine) {
        const id = known.get(account.externalId) ?? newId()
        const sealed = { ...account, id, ...seal(deps.keys, accountSealPlace(id), account.credential) }
        if (known.has(account.externalId)) await updateAccount(tx, sealed, momentOf(deps))
        else await insertAccount(tx, sealed, momentOf(deps))
      }
      added += mine.length - known.size
    }
    return { added, changed: accounts.length - added }
  })
  deps.log.info({ ...counts, by }, 'provider accounts imported')
  return ok(counts)
}

function findFaults(accounts: readonly ProviderAccountImport[], providers: InviteProviders): string[] {
  if (accounts.length === 0) return ['tidak ada akun / no accounts']
  if (accounts.length > MAX_ACCOUNTS)
    return [`paling banyak ${MAX_ACCOUNTS} akun sekaligus / at most ${MAX_ACCOUNTS} accounts at once`]
  const seen = new Set<string>()
  return accounts.flatMap((account, index) => {
    const key = `${account.provider}\u0000${account.externalId}`
    const faults = faultsOf(account, providers)
    if (seen.has(key)) faults.push('externalId tertulis dua kali / stands there twice')
    seen.add(key)
    return faults.map((fault) => `${index + 1}: ${fault}`)
  })
}

function faultsOf(account: ProviderAccountImport, providers: InviteProviders): string[] {
  const { provider, label, externalId, credential, plans, seats, dailyQuota } = account
  const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= MAX_COUNT
  const checks: [boolean, string][] = [
    [
      providers.has(provider),
      `provider harus salah satu dari / must be one of: ${[...providers.keys()].join(', ')}`,
    ],
    [isText(label, MAX_TEXT), 'label kosong atau terlalu panjang / is empty or too long'],
    [isText(externalId, MAX_TEXT), 'externalId kosong atau terlalu panjang / is empty or too long'],
    [isText(credential, MAX_CREDENTIAL), 'credential kosong atau terlalu panjang / is empty or too long'],
    [
      plans.length > 0 && plans.length <= MAX_PLANS && plans.every((plan) => PLAN.test(plan)),
      'plans harus nama paket, paling sedikit satu / must be names of plans, at least one',
    ],
    [isCount(seats), `seats harus 1 sampai ${MAX_COUNT} / must be 1 to ${MAX_COUNT}`],
    [isCount(dailyQuota), `dailyQuota harus 1 sampai ${MAX_COUNT} / must be 1 to ${MAX_COUNT}`],
  ]
  return checks.flatMap(([isFine, fault]) => (isFine ? [] : [fault]))
}

function isText(value: string, most: number): boolean {
  return value.trim() === value && value.length > 0 && value.length <= most && !/\p{Cc}/u.test(value)
}
