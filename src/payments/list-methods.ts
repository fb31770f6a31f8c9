import type { Database, Tx } from '#platform/database.ts'
import type { MethodSetting } from './method-view.ts'
import { mergeMethods, type Offering } from './payment-methods.ts'
import {
  selectMethodUse,
  selectSettings,
  type MethodUse,
  type StoredSetting,
} from './payment-methods-store.ts'

/** Days over which an operator sees what a way to pay brought. */
const LATELY_DAYS = 30

/** Every way to pay as an operator sees it, in its order, with its costs and what it brought lately. */
export async function listMethods(deps: { db: Database; gateways: Offering }): Promise<MethodSetting[]> {
  return await deps.db.transaction('payments.list-methods', { role: 'worker' }, async (tx) => {
    const [stored, used] = await Promise.all([selectSettings(tx), selectMethodUse(tx, LATELY_DAYS)])
    return settingsOf(deps.gateways, stored, used)
  })
}

/** The same within a transaction, without what was brought. */
export async function readSettings(
  tx: Tx,
  gateways: Offering,
): Promise<{ settings: MethodSetting[]; stored: StoredSetting[] }> {
  const stored = await selectSettings(tx)
  return { settings: settingsOf(gateways, stored, []), stored }
}

function settingsOf(
  gateways: Offering,
  stored: readonly StoredSetting[],
  used: readonly MethodUse[],
): MethodSetting[] {
  const changes = new Map(stored.map((change) => [change.method, change]))
  const use = new Map(used.map((row) => [row.method, row]))
  const costs = new Map(
    [...gateways.values()].flatMap(({ methods }) => methods.map(({ method, cost }) => [method, cost])),
  )
  return mergeMethods(gateways, stored).map((method, index) => {
    const change = changes.get(method.method)
    const own = costs.get(method.method) ?? { fixed: 0, bps: 0 }
    const { payments = 0, received = 0, kept = 0 } = use.get(method.method) ?? {}
    return {
      method: method.method,
      gateway: method.gateway,
      label: method.label,
      group: method.group,
      enabled: method.enabled,
      position: index + 1,
      minimum: method.minimum,
      maximum: method.maximum,
      cost: { fixed: change?.costFixed ?? own.fixed, bps: change?.costBps ?? own.bps },
      buyerPaysCost: method.buyerCost !== null,
      lately: { payments, received, kept },
    }
  })
}
