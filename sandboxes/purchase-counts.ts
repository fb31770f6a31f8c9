/** How often one thing was bought for one target: orders accepted, and those of them that did not fail. */
export type PurchaseCount = { code: string; target: string; placed: number; bought: number }

/** Returns the orders counted per code and target, so that a double purchase stands out. */
export function countPurchases(
  orders: Iterable<{ code: string; target: string; hasFailed: boolean }>,
): PurchaseCount[] {
  const counts = new Map<string, PurchaseCount>()
  for (const { code, target, hasFailed } of orders) {
    const key = JSON.stringify([code, target])
    const count = counts.get(key) ?? { code, target, placed: 0, bought: 0 }
    count.placed += 1
    if (!hasFailed) count.bought += 1
    counts.set(key, count)
  }
  return [...counts.values()]
}
