/** States of an account in a pool. `COOLDOWN` and `QUOTA` end by themselves. */
export type ProviderAccountState = 'ACTIVE' | 'COOLDOWN' | 'PAUSED' | 'BANNED' | 'CREDENTIAL' | 'RETIRED'

/** An account that invites, without its credential. */
export type ProviderAccountView = {
  id: string
  provider: string
  label: string
  externalId: string
  plans: string[]
  state: ProviderAccountState
  /** Seats in all, in use, and held by invites that are under way. */
  seats: number
  used: number
  held: number
  /** Invites of today (Asia/Jakarta) and how many are allowed. */
  invitedToday: number
  dailyQuota: number
  cooldownUntil: string | null
  detail: string | null
}

/** One line of an import of accounts. `credential` is sealed at once. */
export type ProviderAccountImport = {
  provider: string
  label: string
  externalId: string
  credential: string
  plans: string[]
  seats: number
  dailyQuota: number
}
