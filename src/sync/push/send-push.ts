import { elapsedMs } from '#platform/clock.ts'
import { unreachable } from '#shared/result.ts'
import type { TurnEnd } from '../held-pass.ts'
import type { PushOutcome } from '../ports.ts'
import { CALL_LIMIT_MS, QUIET_MS, SEND_WITHIN_MS } from './plan-settlement.ts'
import { preparePush, type Prepared } from './prepare-push.ts'
import { backoffMs, NEXT, type PushWork, type Verdict } from './push-work.ts'
import {
  recordAbsent,
  recordAccepted,
  recordFound,
  recordNoAnswer,
  recordNotDone,
  recordRejected,
  recordUnknown,
} from './record-push.ts'

/** A found or withdrawn create is followed by one attempt more; beyond that something is odd and waits its turn. */
const ROUNDS = 4

/**
 * Brings one record forward as far as it gets now: settles what is open, sends what is new. No transaction is open
 * while the system is called.
 */
export async function sendPush(work: PushWork, localId: string): Promise<Verdict> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const ending = await work.calls.take()
    if (ending !== undefined) return { kind: 'stop', end: ending }
    const startedAt = elapsedMs()
    const prepared = await preparePush(work, localId)
    if (prepared.kind === 'over') {
      work.calls.giveBack()
      return NEXT
    }
    if (prepared.kind === 'send') return await send(work, prepared, startedAt)
    const asked = await ask(work, prepared)
    if (asked !== 'again') return asked
  }
  return NEXT
}

async function send(work: PushWork, sent: Prepared & { kind: 'send' }, startedAt: number): Promise<Verdict> {
  const { attempt, tries } = sent
  const outcome = await call(work, sent, startedAt)
  switch (outcome.kind) {
    case 'accepted':
      await recordAccepted(work, sent, outcome.externalId)
      await work.calls.succeeded()
      return NEXT
    case 'rejected':
      await recordRejected(work, attempt, { code: outcome.code, detail: outcome.detail })
      await work.calls.succeeded()
      return NEXT
    case 'not_done':
      await recordNotDone(work, sent, outcome.failure)
      return verdictOf(await work.calls.failed(outcome.failure))
    case 'unknown':
      await recordUnknown(work, attempt, outcome.detail, tries)
      return verdictOf(await work.calls.failed({ code: 'transient', detail: outcome.detail }))
    default:
      return unreachable(outcome)
  }
}

/**
 * Sends what was written down, byte for byte. A process that slept since then does not send any more: another one may
 * already have settled the attempt. The call outlives the turn, because an answer is worth more than an early end.
 */
async function call(
  work: PushWork,
  sent: Prepared & { kind: 'send' },
  startedAt: number,
): Promise<PushOutcome> {
  if (elapsedMs() - startedAt > SEND_WITHIN_MS)
    return {
      kind: 'not_done',
      failure: { code: 'transient', detail: 'the process was held up before the call' },
    }
  return await work.stream.target.send({
    key: sent.attempt.key,
    externalId: sent.externalId,
    reference: sent.attempt.localId,
    body: sent.attempt.body,
    signal: AbortSignal.timeout(CALL_LIMIT_MS),
  })
}

/** Looks an attempt's record up. `again`: it is settled, the record goes on at once. */
async function ask(work: PushWork, asked: Prepared & { kind: 'ask' }): Promise<Verdict | 'again'> {
  const { attempt, tries, isQuiet } = asked
  const signal = AbortSignal.any([work.pass.signal, AbortSignal.timeout(CALL_LIMIT_MS)])
  const found = await work.stream.target.find?.(attempt.localId, signal)
  if (found === undefined) return NEXT
  if (!found.ok) {
    const ms = Math.max(found.error.retryAfterMs ?? 0, backoffMs(tries, work.timing))
    await recordNoAnswer(work, attempt, { ms, failure: found.error })
    return verdictOf(await work.calls.failed(found.error))
  }
  await work.calls.succeeded()
  if (found.value !== null) {
    await recordFound(work, attempt, found.value.externalId)
    return 'again'
  }
  if (isQuiet) {
    await recordAbsent(work, attempt)
    return 'again'
  }
  await recordNoAnswer(work, attempt, { ms: Math.max(0, QUIET_MS - attempt.silentMs) })
  return NEXT
}

function verdictOf(end: TurnEnd | undefined): Verdict {
  return end === undefined ? NEXT : { kind: 'stop', end }
}
