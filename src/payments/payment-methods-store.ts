import type { Statement, Tx } from '#platform/database.ts'
import type { StoredMethod } from './payment-methods.ts'
import type { MethodCost, MethodGroup } from './ports.ts'

/** The same with the costs, for operators. */
export type StoredSetting = StoredMethod & { costFixed: number | null; costBps: number | null }

const COLUMNS = `method, enabled, position, minimum, maximum, buyer_pays_cost as "buyerPaysCost",
  buyer_fee_fixed as "buyerFeeFixed", buyer_fee_bps as "buyerFeeBps"`

/** What operators changed of ways to pay; readable for everybody, so without costs that are the shop's. A handful of rows. */
export const SELECT_METHODS: Statement<StoredMethod> = {
  name: 'payment_methods',
  text: `select ${COLUMNS} from payment_methods`,
  values: [],
}

/** What operators changed, with the costs. Worker transactions only. */
export async function selectSettings(tx: Tx): Promise<StoredSetting[]> {
  return await tx.rows<StoredSetting>({
    name: 'payment_methods_settings',
    text: `select ${COLUMNS}, cost_fixed as "costFixed", cost_bps as "costBps" from payment_methods`,
  })
}

/** Keeps other changes of ways to pay waiting until the transaction ends; readers go on. */
export async function lockSettings(tx: Tx): Promise<void> {
  await tx.count({ text: 'lock table payment_methods in share row exclusive mode' })
}

/** A way to pay as it is to be stored. */
export type SettingToStore = {
  method: string
  group: MethodGroup
  enabled: boolean | null
  position: number | null
  minimum: number | null
  maximum: number | null
  cost: MethodCost | null
  buyerPaysCost: boolean
}

/** Stores settings of ways to pay, each in place of what was there. The caller holds `lockSettings`. */
export async function upsertSettings(tx: Tx, settings: readonly SettingToStore[], now: Date): Promise<void> {
  await tx.count({
    name: 'payment_methods_upsert',
    text: `insert into payment_methods as m (method, method_group, enabled, position, minimum, maximum, cost_fixed, cost_bps,
        buyer_pays_cost, updated_at)
      select s.method, s.method_group, s.enabled, s.position, s.minimum, s.maximum, s.cost_fixed, s.cost_bps,
        s.buyer_pays_cost, $2
      from jsonb_to_recordset($1::jsonb) as s (method text, method_group text, enabled boolean, position smallint,
        minimum bigint, maximum bigint, cost_fixed bigint, cost_bps integer, buyer_pays_cost boolean)
      on conflict (method) do update set method_group = excluded.method_group, enabled = excluded.enabled,
        position = excluded.position, minimum = excluded.minimum, maximum = excluded.maximum,
        cost_fixed = excluded.cost_fixed, cost_bps = excluded.cost_bps, buyer_pays_cost = excluded.buyer_pays_cost,
        updated_at = excluded.updated_at`,
    values: [
      JSON.stringify(
        settings.map(({ method, group, enabled, position, minimum, maximum, cost, buyerPaysCost }) => ({
          method,
          method_group: group,
          enabled,
          position,
          minimum,
          maximum,
          cost_fixed: cost?.fixed ?? null,
          cost_bps: cost?.bps ?? null,
          buyer_pays_cost: buyerPaysCost,
        })),
      ),
      now,
    ],
  })
}

/** How a way to pay was used: payments that brought money, what they brought, and what gateways kept of it. */
export type MethodUse = { method: string; payments: number; received: number; kept: number }

/** The use of every way to pay in the last `days`. Index payments_paid. */
export async function selectMethodUse(tx: Tx, days: number): Promise<MethodUse[]> {
  return await tx.rows<MethodUse>({
    name: 'payment_methods_use',
    text: `select method, count(*)::int as payments, coalesce(sum(received), 0)::bigint as received,
        coalesce(sum(gateway_fee), 0)::bigint as kept
      from payments where paid_at > now() - make_interval(days => $1) group by method`,
    values: [days],
  })
}
