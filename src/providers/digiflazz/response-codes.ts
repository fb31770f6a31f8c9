import type { RefusalReason } from '../../fulfilment/ports.ts'

/**
 * What a response code of a purchase means. `formed`: a transaction exists at the supplier, so that this is the end of
 * one and not a refusal before it. `provisional`: called failed in a way that another look may change. `lacksBalance`:
 * our balance does not suffice.
 */
export type CodeMeaning =
  | { kind: 'success' }
  | { kind: 'pending' }
  /** Proves nothing about this purchase: an earlier call may have bought. */
  | { kind: 'doubt' }
  | { kind: 'failed'; formed: boolean; reason: RefusalReason; provisional?: true; lacksBalance?: true }

const refused = (reason: RefusalReason): CodeMeaning => ({ kind: 'failed', formed: false, reason })
const formed = (reason: RefusalReason): CodeMeaning => ({ kind: 'failed', formed: true, reason })

/**
 * The buyer's codes. A daily pause (58, 66) and a limit (85, 86) pass: they are `throttled`, nothing is wrong with
 * the goods. A limit turns a call away, whatever the table says of a transaction: nothing follows from it. 40 is about this one request, so it must not stop the account. @see suppliers.md 2.6
 */
const MEANINGS: Readonly<Record<string, CodeMeaning>> = {
  '00': { kind: 'success' },
  '01': { kind: 'failed', formed: true, reason: 'other', provisional: true },
  '02': formed('other'),
  '03': { kind: 'pending' },
  '40': refused('other'),
  '41': refused('account'),
  '42': refused('account'),
  '43': refused('unavailable'),
  '44': { kind: 'failed', formed: false, reason: 'account', lacksBalance: true },
  '45': refused('account'),
  '47': refused('other'),
  '49': { kind: 'doubt' },
  '50': { kind: 'failed', formed: true, reason: 'other', provisional: true },
  '51': formed('target'),
  '52': formed('target'),
  '53': formed('unavailable'),
  '54': formed('target'),
  '55': formed('unavailable'),
  '56': refused('unavailable'),
  '57': formed('target'),
  '58': formed('throttled'),
  '59': formed('target'),
  '60': formed('other'),
  '61': refused('account'),
  '62': refused('unavailable'),
  '63': refused('unavailable'),
  '64': refused('other'),
  '65': refused('unavailable'),
  '66': refused('throttled'),
  '67': refused('unavailable'),
  '68': refused('unavailable'),
  '69': refused('unavailable'),
  '70': formed('other'),
  '71': formed('unavailable'),
  '72': formed('target'),
  '73': formed('target'),
  '74': formed('other'),
  '80': refused('unavailable'),
  '81': refused('unavailable'),
  '82': refused('account'),
  '83': refused('throttled'),
  '84': formed('other'),
  '85': refused('throttled'),
  '86': refused('throttled'),
  '87': refused('target'),
  '88': refused('account'),
  '99': { kind: 'pending' },
}

/** What the code means, or undefined for one that is not a buyer's code. */
export function meaningOf(rc: string): CodeMeaning | undefined {
  return MEANINGS[rc]
}

const STATUS: Readonly<Record<string, CodeMeaning>> = {
  sukses: { kind: 'success' },
  pending: { kind: 'pending' },
  gagal: formed('other'),
}

/** What the status word means when the code says nothing; undefined for a word that is not documented. */
export function meaningOfStatus(status: string): CodeMeaning | undefined {
  return STATUS[status.trim().toLowerCase()]
}
