import type { Tx } from '#platform/database.ts'
import { at } from '../invite-store.ts'

/** The ids of accounts that are known already, locked, by their ids at the provider. */
export async function lockKnownAccounts(
  tx: Tx,
  provider: string,
  externalIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await tx.rows<{ id: string; external_id: string }>({
    text: `select id, external_id from provider_accounts
      where provider = $1 and external_id = any ($2::text[]) order by id for update`,
    values: [provider, externalIds],
  })
  return new Map(rows.map((row) => [row.external_id, row.id]))
}

/** An account with its sealed credential on its way into the pool. */
export type SealedAccount = {
  id: string
  provider: string
  label: string
  externalId: string
  plans: readonly string[]
  seats: number
  dailyQuota: number
  sealed: Buffer
  keyId: string
}

/** Adds an account; it is inspected at the next turn. */
export async function insertAccount(tx: Tx, account: SealedAccount, moment: Date | null): Promise<void> {
  await tx.count({
    name: 'account_insert',
    text: `insert into provider_accounts (id, provider, label, external_id, sealed, key_id, plans, seats, daily_quota,
        next_look_at, created_at, updated_at)
      values ($1, $2, $3, $4, $5, $6, $7::text[], $8, $9, ${at('$10')}, ${at('$10')}, ${at('$10')})`,
    values: [...columns(account), moment],
  })
}

/**
 * Replaces what an operator says of an account, its credential included; the quota of today follows, but never below
 * what was used. One that waited for a credential is used again.
 */
export async function updateAccount(tx: Tx, account: SealedAccount, moment: Date | null): Promise<void> {
  const written = tx.count({
    name: 'account_update',
    text: `update provider_accounts set provider = $2, label = $3, external_id = $4, sealed = $5, key_id = $6,
        plans = $7::text[], seats = $8, daily_quota = $9, next_look_at = ${at('$10')}, updated_at = ${at('$10')},
        state = case state when 'CREDENTIAL' then 'ACTIVE' else state end,
        detail = case state when 'CREDENTIAL' then null else detail end
      where id = $1`,
    values: [...columns(account), moment],
  })
  const day = tx.count({
    name: 'account_update_day',
    text: `update account_days set quota = greatest(used, $2)
      where account_id = $1 and day = (${at('$3')} at time zone 'Asia/Jakarta')::date`,
    values: [account.id, account.dailyQuota, moment],
  })
  await written
  await day
}

function columns(account: SealedAccount): unknown[] {
  return [
    account.id,
    account.provider,
    account.label,
    account.externalId,
    account.sealed,
    account.keyId,
    account.plans,
    account.seats,
    account.dailyQuota,
  ]
}

/** Says which plan a SKU sells; false for an unknown SKU or one that is not delivered by invite. */
export async function upsertSkuPlan(
  tx: Tx,
  plan: { id: string; skuCode: string; provider: string; plan: string; days: number | null },
): Promise<boolean> {
  const written = await tx.count({
    text: `insert into invite_plans (id, sku_id, provider, plan, days)
      select $1, s.id, $3, $4, $5 from skus s join products p on p.id = s.product_id
      where s.code = $2 and p.delivery_kind = 'INVITE'
      on conflict (sku_id) do update
        set provider = excluded.provider, plan = excluded.plan, days = excluded.days, updated_at = now()`,
    values: [plan.id, plan.skuCode, plan.provider, plan.plan, plan.days],
  })
  return written > 0
}
