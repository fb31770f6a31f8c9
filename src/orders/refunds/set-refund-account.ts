import { keepRefundAccount, readRefundAccount } from '#payments'
import type { Database } from '#platform/database.ts'
import type { KeyRing } from '#platform/sealing.ts'
import { err, type Result } from '#shared/result.ts'
import { findByToken } from '../cancel-order.ts'
import { fieldError } from '../field-errors.ts'
import type { FieldError, RefundAccount } from '../order-view.ts'
import { lockOrder, touchOrder } from '../orders-store.ts'

/** Why an account was not taken. */
export type RefundAccountRefusal =
  | { code: 'not_found' | 'not_needed' }
  | { code: 'invalid_request'; errors: FieldError[] }

/**
 * Takes down where the holder of the token wants a refund sent that no gateway can make. May be changed until the
 * money went out. Locks the order.
 */
export async function setRefundAccount(
  deps: { db: Database; keys: KeyRing },
  token: string,
  account: RefundAccount,
): Promise<Result<void, RefundAccountRefusal>> {
  const order = await findByToken(deps, token)
  if (order === undefined) return err({ code: 'not_found' })
  const read = readRefundAccount(account)
  if (!read.ok) {
    const errors = read.error.fields.map((field) => fieldError(`/${field}`, `refund_${field}`))
    return err({ code: 'invalid_request', errors })
  }
  return await deps.db.transaction('orders.set-refund-account', { role: 'worker' }, async (tx) => {
    await lockOrder(tx, order.id)
    const kept = await keepRefundAccount(tx, deps.keys, order.id, read.value)
    if (kept.ok) await touchOrder(tx, order.id)
    return kept
  })
}
