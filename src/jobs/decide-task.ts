import { decideInvite, decidePurchase, settleReversal } from '#fulfilment'
import { decideException, findOpenEscalation, giveUpLine, payByHand, retryOverdue } from '#orders'
import type { ExceptionDecision } from '#payments'
import { findTask, type Task, type TaskKind, type TaskRefusal } from '#reports'
import { err, ok, type Result } from '#shared/result.ts'
import type { Shop } from './shop.ts'

/** A decision as it was given: the action and the values it asks for. */
export type GivenDecision = { action: string; values: Record<string, string> }

type Decided = Result<void, TaskRefusal>
type Chosen = GivenDecision & { rowId: string; by: string }

/** Longest note of a person: a reference and a sentence. */
const LONGEST_VALUE = 500

/**
 * Carries out what a person decided about a task, if the task allows it and everything it asks for was given. Each way
 * looks at the row's own state under its lock, so that of two people one decides; the other is told.
 */
export async function decideTask(shop: Shop, id: string, given: GivenDecision, by: string): Promise<Decided> {
  const task = await findTask(shop.db, id)
  if (task === undefined) return refuse('not_found', 'this task is not open (any more)')
  const mistake = findMistake(task, given)
  if (mistake !== undefined) return err(mistake)
  const rowId = id.slice(id.indexOf(':') + 1)
  const decided = await DECIDERS[task.kind](shop, { ...given, rowId, by })
  if (decided.ok) shop.log.info({ task: id, action: given.action, by }, 'a person decided a task')
  return decided
}

function refuse(code: TaskRefusal['code'], detail: string): Decided {
  return err({ code, detail })
}

function findMistake(task: Task, { action, values }: GivenDecision): TaskRefusal | undefined {
  const names = task.actions.map((allowed) => allowed.action).join(', ')
  const allowed = task.actions.find((candidate) => candidate.action === action)
  if (allowed === undefined) return { code: 'not_allowed', detail: `this task allows: ${names || 'nothing'}` }
  const missing = allowed.needs.filter((name) => (values[name] ?? '').trim() === '')
  if (missing.length > 0) return { code: 'invalid_request', detail: `missing: ${missing.join(', ')}` }
  const long = Object.entries(values).find(([, value]) => value.length > LONGEST_VALUE)
  return long === undefined ? undefined : { code: 'invalid_request', detail: `too long: ${long[0]}` }
}

const DECIDERS: Readonly<Record<TaskKind, (shop: Shop, chosen: Chosen) => Promise<Decided>>> = {
  purchase_manual: decideManualPurchase,
  async purchase_reversed(shop, { rowId }) {
    return (await settleReversal(shop, rowId)) ? ok(undefined) : moved('no reversal')
  },
  async invite_manual(shop, { rowId, action, by }) {
    const kind = action === 'done' || action === 'again' ? action : 'failed'
    return followed(await decideInvite(shop, rowId, { kind }, by))
  },
  async refund_manual(shop, { rowId, values, by }) {
    return followed(await payByHand(shop, rowId, { note: values['note'] ?? '', by }))
  },
  async payment_exception(shop, { rowId, action, values, by }) {
    // The task offered only decisions on exceptions.
    const decision = { action: action as ExceptionDecision, note: values['note'] ?? '', by }
    return followed(await decideException(shop, rowId, decision))
  },
  overdue: decideOverdue,
}

async function decideManualPurchase(shop: Shop, { rowId, action, values, by }: Chosen): Promise<Decided> {
  if (action === 'failed' || action === 'not_placed')
    return followed(await decidePurchase(shop, rowId, { kind: action }, by))
  const price = Number(values['price'])
  if (!/^\d{1,11}$/.test(values['price'] ?? '') || !Number.isSafeInteger(price))
    return refuse('invalid_request', 'price: whole rupiah')
  const { supplierRef = '', note = '' } = values
  return followed(await decidePurchase(shop, rowId, { kind: 'delivered', supplierRef, price, note }, by))
}

async function decideOverdue(shop: Shop, { rowId, action, by }: Chosen): Promise<Decided> {
  const escalation = await shop.db.transaction('orders.find-escalation', { role: 'worker' }, (tx) =>
    findOpenEscalation(tx, rowId),
  )
  if (escalation === undefined) return moved('resolved')
  const { subject, subject_id: id, stuck_in: state } = escalation
  if (action === 'refund') return followed(await giveUpLine(shop, id, by))
  return (await retryOverdue(shop, { subject, id, state }))
    ? ok(undefined)
    : refuse('not_allowed', 'nothing to try: only a person can move this')
}

/** What a use case refused, as the reason why nothing was decided. */
function followed(result: Result<unknown, { code: string }>): Decided {
  return result.ok ? ok(undefined) : moved(result.error.code)
}

function moved(code: string): Decided {
  return refuse('not_allowed', `not carried out: ${code}`)
}
