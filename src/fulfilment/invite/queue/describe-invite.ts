import type { InviteDeps } from '../invite.ts'
import { momentOf } from '../invite.ts'
import { STATE_SHOWN, type InviteShown } from '../invite-states.ts'
import { estimateWait } from './estimate-wait.ts'
import { capacityStatement, paceStatement, waitingStatement, type WaitingRow } from './invite-view-store.ts'

/** How a line's invite stands, for its buyer. `position` and `etaSeconds` while it waits; 1 is the next in turn. */
export type InviteDescription = {
  state: InviteShown
  email: string
  position?: number
  etaSeconds?: number
  /** When the membership ends. */
  expiresAt?: Date
}

/** Invites that one pool sends at a time: the pace when nothing was sent lately. */
const LANES = 2
const PACE_WINDOW_SECONDS = 600
const DEFAULT_USUAL_SECONDS = 30

/** Of several units of a line the one that is furthest behind is shown. */
const ORDER: readonly InviteShown[] = ['queued', 'sending', 'invited', 'joined', 'ended']

/**
 * How the invites of a line stand, or undefined when none was opened. Runs as the shop, since a place in the queue
 * depends on other orders too: whoever calls has shown that the order is the buyer's. Ended attempts that a person or
 * the buyer is still to decide on are not described: the line's own state says it.
 */
export async function describeInvite(
  deps: Pick<InviteDeps, 'db' | 'inviteProviders' | 'moment'>,
  lineId: string,
): Promise<InviteDescription | undefined> {
  const rows = await deps.db.once('fulfilment.describe-invite', { role: 'worker' }, waitingStatement(lineId))
  const [row] = rows
    .filter(({ state }) => state !== 'FAILED')
    .toSorted((a, b) => ORDER.indexOf(STATE_SHOWN[a.state]) - ORDER.indexOf(STATE_SHOWN[b.state]))
  if (row === undefined) return undefined
  const { email, ends_at: endsAt } = row
  const shown = { state: STATE_SHOWN[row.state], email, ...(endsAt === null ? {} : { expiresAt: endsAt }) }
  if (row.ahead === null) return shown
  const position = row.ahead + 1
  const etaSeconds = await estimate(deps, row, position)
  return { ...shown, position, ...(etaSeconds === undefined ? {} : { etaSeconds }) }
}

async function estimate(
  deps: Pick<InviteDeps, 'db' | 'inviteProviders' | 'moment'>,
  pool: Pick<WaitingRow, 'provider' | 'plan'>,
  position: number,
): Promise<number | undefined> {
  const moment = momentOf(deps)
  const [accounts, [pace]] = await Promise.all([
    deps.db.once('fulfilment.pool-capacity', { role: 'worker' }, capacityStatement(pool, moment)),
    deps.db.once('fulfilment.pool-pace', { role: 'worker' }, paceStatement(pool, moment)),
  ])
  if (pace === undefined) return undefined
  const usualSeconds = deps.inviteProviders.get(pool.provider)?.usualSeconds ?? DEFAULT_USUAL_SECONDS
  const slowest = usualSeconds / LANES
  const secondsPerInvite = pace.sent === 0 ? slowest : Math.min(slowest, PACE_WINDOW_SECONDS / pace.sent)
  return estimateWait(
    accounts.map((row) => ({
      freeSeats: row.free_seats,
      leftToday: row.left_today,
      dailyQuota: row.daily_quota,
      restsFor: row.rests_for,
      freesIn: row.frees_in,
    })),
    position,
    { secondsPerInvite, usualSeconds, dayLeft: pace.day_left },
  )
}
