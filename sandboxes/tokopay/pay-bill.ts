import type { Bill } from './bill.ts'
import type { Tokopay } from './tokopay-state.ts'
import { sendWebhook } from './webhook.ts'

/** Books the payment, or its later settlement (`Completed`), and reports it. */
export function payBill(
  tokopay: Tokopay,
  bill: Bill,
  { status, amount }: { status: 'Success' | 'Completed'; amount?: number | undefined },
): void {
  const { clock } = tokopay.context
  bill.paid = amount ?? bill.paid ?? bill.asked
  bill.status = status
  bill.updatedAt = clock.now()
  sendWebhook(tokopay, bill)
  const { completeAfterMs } = tokopay.settings
  if (status !== 'Success' || completeAfterMs === null) return
  clock.after(completeAfterMs, () => {
    const isSame = tokopay.bills.get(bill.refId) === bill
    if (isSame && bill.status === 'Success') payBill(tokopay, bill, { status: 'Completed' })
  })
}
