/** What an account of a pool can do, as far as it is known now. Times in seconds from now. */
export type AccountCapacity = {
  freeSeats: number
  leftToday: number
  dailyQuota: number
  /** Rests so long before it invites again. */
  restsFor: number
  /** When seats of it come free: the ends of running memberships. */
  freesIn: readonly number[]
}

/** How fast a pool invites, and the provider's usual time from the call to the buyer's inbox. */
export type Pace = { secondsPerInvite: number; usualSeconds: number; dayLeft: number }

const DAY_SECONDS = 86_400
/** Nobody is told a time further away than this. */
const MAX_DAYS = 60

type Slot = { at: number; count: number }

/**
 * Seconds until the invite at this place (1 = next) is in the buyer's inbox, or undefined when the pool as it stands
 * will not get that far within two months. Counts what quotas, seats, cooldowns and running memberships allow; other
 * plans that share an account, and bans to come, are not foreseen.
 */
export function estimateWait(
  accounts: readonly AccountCapacity[],
  position: number,
  pace: Pace,
): number | undefined {
  const slots = accounts
    .flatMap((account) => capacityOverTime(account, pace.dayLeft))
    .sort((a, b) => a.at - b.at)
  let served = 0
  let busyUntil = 0
  for (const { at, count } of slots) {
    const start = Math.max(at, busyUntil)
    if (served + count >= position)
      return Math.round(start + (position - served) * pace.secondsPerInvite + pace.usualSeconds)
    served += count
    busyUntil = start + count * pace.secondsPerInvite
  }
  return undefined
}

/** How many invites an account can add, and from when: now or after its rest, then at each midnight. */
function capacityOverTime(account: AccountCapacity, dayLeft: number): Slot[] {
  const slots: Slot[] = []
  let seats = account.freeSeats
  let freed = 0
  for (let day = 0; day < MAX_DAYS; day += 1) {
    const opens = day === 0 ? 0 : dayLeft + (day - 1) * DAY_SECONDS
    const closes = dayLeft + day * DAY_SECONDS
    let quota = day === 0 ? account.leftToday : account.dailyQuota
    const take = (at: number): void => {
      const count = Math.min(quota, seats)
      if (count > 0) slots.push({ at, count })
      quota -= count
      seats -= count
    }
    if (account.restsFor >= closes) continue
    take(Math.max(opens, account.restsFor))
    while ((account.freesIn[freed] ?? Number.POSITIVE_INFINITY) < closes) {
      seats += 1
      take(Math.max(opens, account.restsFor, account.freesIn[freed] ?? 0))
      freed += 1
    }
  }
  return slots
}
