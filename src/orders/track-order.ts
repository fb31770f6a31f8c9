import {
  describeInvite,
  revealDeliveries,
  type InviteDeps,
  type InviteDescription,
  type RevealedDelivery,
} from '#fulfilment'
import {
  findPaymentForView,
  findShownAccount,
  findSurplus,
  type PaymentForView,
  type SurplusRow,
} from '#payments'
import type { Tx } from '#platform/database.ts'
import type { KeyRing } from '#platform/sealing.ts'
import { MAX_CORRECTIONS } from './correction.ts'
import { correctionQuestion, englishFailure } from './line-failures.ts'
import type { TrackLine, TrackView } from './order-view.ts'
import { selectOrderView, unsentStatement, type OrderViewRow, type UnsentLine } from './orders-view-store.ts'
import { toPaymentView } from './payment-view.ts'
import { surplusWord } from './refunds/surplus-word.ts'
import { hashToken, isTrackingToken } from './tracking-token.ts'

/** What showing an order needs. */
export type TrackDeps = Pick<InviteDeps, 'db' | 'inviteProviders'> & { keys: KeyRing }

/**
 * The order behind a tracking token with what was delivered, or undefined for unknown, foreign and malformed tokens
 * alike. Row security sees to it that a token shows its own order only; opening sealed goods is recorded.
 */
export async function trackOrder(deps: TrackDeps, token: string): Promise<TrackView | undefined> {
  if (!isTrackingToken(token)) return undefined
  const tokenHash = hashToken(token)
  const found = await deps.db.transaction('orders.track', { role: 'web', tokenHash }, async (tx) => {
    const row = await selectOrderView(tx, tokenHash)
    const money = row === undefined ? undefined : await findMoney(tx, row.id)
    return row === undefined || money === undefined ? undefined : { row, money }
  })
  if (found === undefined) return undefined
  const { row, money } = found
  const [revealed, invites, unsent] = await Promise.all([
    reveal(deps, tokenHash, row),
    describeInvites(deps, row),
    findUnsent(deps, row),
  ])
  return toTrackView(row, money, { revealed, invites, unsent })
}

/** The order's money: how it is paid, what did not fit, and where a refund by hand goes. */
type Money = { paying: PaymentForView; surplus: SurplusRow | undefined; account: string | undefined }

async function findMoney(tx: Tx, orderId: string): Promise<Money | undefined> {
  const [paying, surplus, account] = await Promise.all([
    findPaymentForView(tx, orderId),
    findSurplus(tx, orderId),
    findShownAccount(tx, orderId),
  ])
  return paying === undefined ? undefined : { paying, surplus, account }
}

/** What was delivered as a secret; an invite shows how it stands instead. */
async function reveal(deps: TrackDeps, tokenHash: Buffer, row: OrderViewRow): Promise<RevealedDelivery[]> {
  const hasGoods = row.lines.some((line) => line.delivered_units > 0 && line.delivery_kind !== 'INVITE')
  return hasGoods ? await revealDeliveries(deps, { tokenHash, orderId: row.id, actor: 'buyer' }) : []
}

type Invites = ReadonlyMap<string, InviteDescription>

async function describeInvites(deps: TrackDeps, row: OrderViewRow): Promise<Invites> {
  const lines = row.lines.filter((line) => line.delivery_kind === 'INVITE' && line.state !== 'WAITING')
  const described = await Promise.all(
    lines.map(async ({ id }) => [id, await describeInvite(deps, id)] as const),
  )
  return new Map(described.flatMap(([id, invite]) => (invite === undefined ? [] : [[id, invite]])))
}

async function findUnsent(deps: TrackDeps, row: OrderViewRow): Promise<UnsentLine[]> {
  const mayWait = row.lines.some((line) => line.state === 'PROCESSING' && line.delivery_kind !== 'STOCK')
  if (!mayWait) return []
  return await deps.db.once(
    'orders.find-unsent',
    { role: 'worker' },
    unsentStatement(row.id, MAX_CORRECTIONS),
  )
}

type Found = { revealed: readonly RevealedDelivery[]; invites: Invites; unsent: readonly UnsentLine[] }

function toTrackView(row: OrderViewRow, money: Money, found: Found): TrackView {
  const goods = new Map(found.revealed.map((delivery) => [delivery.lineId, delivery]))
  const unsent = new Map(found.unsent.map((line) => [line.id, line]))
  return {
    orderNumber: row.number,
    status: row.state,
    total: row.total,
    subtotal: row.subtotal,
    fee: row.fee,
    currency: 'IDR',
    createdAt: row.created_at.toISOString(),
    expiresAt:
      row.state === 'PENDING' || row.state === 'WAITING_PAYMENT' ? row.expires_at.toISOString() : null,
    version: row.version,
    timeline: row.timeline,
    payment: paymentOf(row, money),
    lines: row.lines.map((line) => ({
      ...toLineView(line, toDelivery(goods.get(line.id)) ?? toInvite(found.invites.get(line.id))),
      ...correctionOf(line, unsent.get(line.id)),
    })),
  }
}

function paymentOf(row: OrderViewRow, { paying, surplus, account }: Money): TrackView['payment'] {
  // Money paid twice under one reference has no refund: a person sends it to the account that the buyer names.
  const refund =
    paying.refund ??
    (surplus?.byHand === true ? { amount: surplus.amount, state: 'manual' as const } : undefined)
  const byHand = refund?.state === 'manual'
  return toPaymentView(row, refund === undefined ? paying : { ...paying, refund }, {
    needsAccount: byHand && account === undefined,
    ...(byHand && account !== undefined ? { account } : {}),
    ...(surplus === undefined ? {} : { surplus: { kind: surplusWord(surplus), amount: surplus.amount } }),
  })
}

type LineView = OrderViewRow['lines'][number]

function toLineView(line: LineView, delivery: TrackLine['delivery']): TrackLine {
  return {
    sku: line.sku_code,
    name: line.sku_name,
    product: line.product_name,
    productSlug: line.product_slug,
    deliveryKind: line.delivery_kind,
    quantity: line.quantity,
    total: line.total,
    status: line.state,
    input: line.input_shown,
    ...(delivery === undefined ? {} : { delivery }),
    position: line.position,
    ...failureOf(line),
  }
}

function failureOf({ failure, failure_code: code }: LineView): Pick<TrackLine, 'failure' | 'failureEn'> {
  const failureEn = englishFailure(code)
  if (failure === null) return {}
  return failureEn === undefined ? { failure } : { failure, failureEn }
}

function correctionOf(
  { correction }: LineView,
  unsent: UnsentLine | undefined,
): Pick<TrackLine, 'correction'> {
  const open = correction ?? unsent?.correction
  if (open === undefined) return {}
  const until = new Date(open.until).toISOString()
  return { correction: { ...open, until, ...correctionQuestion(correction === null ? 'unsent' : 'refused') } }
}

function toDelivery(goods: RevealedDelivery | undefined): TrackLine['delivery'] {
  if (goods === undefined || goods.kind === 'INVITE') return undefined
  if (goods.kind === 'CODE') return { kind: 'codes', codes: goods.values, ...toShared(goods) }
  return { kind: 'topup', serialNumber: goods.values.join(', ') }
}

function toShared({ shared }: RevealedDelivery): { shared?: { expiresAt?: string } } {
  if (shared === undefined) return {}
  return { shared: shared.expiresAt === undefined ? {} : { expiresAt: shared.expiresAt.toISOString() } }
}

function toInvite(invite: InviteDescription | undefined): TrackLine['delivery'] {
  if (invite === undefined) return undefined
  const { expiresAt, ...shown } = invite
  return {
    kind: 'invite',
    ...shown,
    ...(expiresAt === undefined ? {} : { expiresAt: expiresAt.toISOString() }),
  }
}
