/**
 * States of one attempt to invite. UNKNOWN = sent, answer lost: it is looked up, never sent again blindly. LOST = it
 * did not last: lapsed, or its account was banned; another attempt or a person takes over.
 */
export type InviteState =
  | 'QUEUED'
  | 'SENDING'
  | 'UNKNOWN'
  | 'INVITED'
  | 'JOINED'
  | 'NOT_SENT'
  | 'FAILED'
  | 'LOST'
  | 'ENDED'
  | 'MANUAL'

/** Every allowed move; the same rows stand in `order_transitions` for the subject `invite`. */
export const INVITE_MOVES: Readonly<Record<InviteState | 'NEW', readonly InviteState[]>> = {
  NEW: ['QUEUED'],
  QUEUED: ['SENDING', 'FAILED', 'MANUAL', 'ENDED'],
  SENDING: ['INVITED', 'JOINED', 'UNKNOWN', 'NOT_SENT', 'FAILED', 'MANUAL', 'LOST'],
  UNKNOWN: ['INVITED', 'JOINED', 'NOT_SENT', 'MANUAL', 'LOST'],
  INVITED: ['JOINED', 'LOST', 'MANUAL', 'ENDED'],
  JOINED: ['LOST', 'MANUAL', 'ENDED'],
  MANUAL: ['INVITED', 'JOINED', 'NOT_SENT', 'FAILED', 'LOST', 'ENDED'],
  NOT_SENT: [],
  FAILED: [],
  LOST: [],
  ENDED: [],
}

/** States in which the buyer may still get a membership without anybody's help. */
export const OPEN_STATES: readonly InviteState[] = ['QUEUED', 'SENDING', 'UNKNOWN']

/** How an invite stands for its buyer: waiting for a seat, on its way, to be accepted, running, over. */
export type InviteShown = 'queued' | 'sending' | 'invited' | 'joined' | 'ended'

/** How each state is called on the buyer's page. */
export const STATE_SHOWN: Readonly<Record<InviteState, InviteShown>> = {
  QUEUED: 'queued',
  SENDING: 'sending',
  UNKNOWN: 'sending',
  MANUAL: 'sending',
  NOT_SENT: 'queued',
  INVITED: 'invited',
  JOINED: 'joined',
  FAILED: 'ended',
  LOST: 'ended',
  ENDED: 'ended',
}

/** Throws when an invite may not move from one state to the other: the caller has a bug. */
export function assertMove(from: InviteState | 'NEW', to: InviteState): void {
  if (!INVITE_MOVES[from].includes(to)) throw new Error(`an invite cannot move from ${from} to ${to}`)
}
