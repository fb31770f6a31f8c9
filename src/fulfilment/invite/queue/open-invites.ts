import type { Tx } from '#platform/database.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { insertFurtherInvite, insertInvite, moveInvite } from '../invite-store.ts'
import { INVITE_TIMING } from '../invite-timing.ts'
import { selectPlan, selectSlots } from './invite-view-store.ts'

/** A paid line whose units are memberships. `now` only in simulations; else the database's time counts. */
export type InviteLine = {
  lineId: string
  productId: string
  skuId: string
  quantity: number
  email: string
  now?: Date
}

/**
 * Queues one invite per unit of a line; the ids to send. Nobody is invited yet. Repeating it opens nothing new and
 * answers no ids: each has its own job, and the sweep finds those that lost it. `no_pool` when nothing says what the
 * SKU invites to, or no account of that plan is left.
 */
export async function openInvites(
  tx: Tx,
  line: InviteLine,
): Promise<Result<{ inviteIds: string[] }, { code: 'no_pool' }>> {
  if ((await selectSlots(tx, line.lineId)).length > 0) return ok({ inviteIds: [] })
  const plan = await selectPlan(tx, line.productId, line.skuId)
  if (plan === undefined || !plan.has_account) return err({ code: 'no_pool' })
  const { provider, days } = plan
  const email = cleanEmail(line.email)
  const slots = Array.from({ length: line.quantity }, (_, index) => index + 1)
  const inviteIds = await Promise.all(
    slots.map((slot) =>
      insertInvite(
        tx,
        {
          lineId: line.lineId,
          slot,
          email,
          provider,
          plan: plan.plan,
          days,
          maxWaitMs: INVITE_TIMING.maxQueueMs,
        },
        line.now ?? null,
      ),
    ),
  )
  return ok({ inviteIds })
}

/** Why an attempt ended that a corrected address may follow. */
const CORRECTABLE: ReadonlySet<string | null> = new Set(['target', 'corrected'])

/**
 * Queues the units of a line anew, with a corrected address and at their old places, whose newest attempt ended because
 * of the address; the ids to send. Repeating it opens nothing new.
 */
export async function reopenInvites(
  tx: Tx,
  line: { lineId: string; email: string; now?: Date },
): Promise<{ inviteIds: string[] }> {
  const refused = (await selectSlots(tx, line.lineId)).filter(
    (slot) => slot.state === 'FAILED' && CORRECTABLE.has(slot.failure_code),
  )
  const plan = { maxWaitMs: INVITE_TIMING.maxQueueMs, waitsAnew: true, email: cleanEmail(line.email) }
  const inviteIds = await Promise.all(
    refused.map((slot) => insertFurtherInvite(tx, slot.id, plan, line.now ?? null)),
  )
  return { inviteIds }
}

/**
 * Takes a line's invites out of the queue so that new ones can take their place; true when every unit was still waiting
 * there. False when one was sent or is being claimed at this moment: then the caller must roll back.
 */
export async function withdrawInvites(tx: Tx, lineId: string, reason: string): Promise<boolean> {
  const slots = await selectSlots(tx, lineId)
  if (slots.length === 0 || slots.some(({ state }) => state !== 'QUEUED')) return false
  const move = { to: 'FAILED', reason, failureCode: 'corrected' } as const
  for (const slot of slots) if (!(await moveInvite(tx, slot, move, null))) return false
  return true
}

/** One spelling per address: an account must know that somebody sits in it already. */
function cleanEmail(email: string): string {
  return email.trim().toLowerCase()
}
