/** How a supplier stands. */
export type SupplierView = {
  id: string
  /** Rupiah, and when it was read; null before the first reading. */
  balance: number | null
  balanceAt: string | null
  /** Below it the supplier's offers rest; null for no limit. */
  lowBalance: number | null
  /** `low_balance` ends by itself once there is enough again, `operator` by an operator only. */
  pausedBy: 'operator' | 'low_balance' | null
  /** Units that wait for this supplier. */
  waiting: number
  /** Families whose circuit is open, until when, and why. */
  circuits: { family: string; until: string; reason: string }[]
  /** Of the last purchases: how many ended, with goods, and the 95th percentile of their seconds. */
  lately: { ended: number; delivered: number; p95Seconds: number | null }
}
