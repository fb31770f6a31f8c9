import type { Database, Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import type { ChangeCause, PriceChange } from './price-view.ts'

/** What changes of prices belong to. */
export type ChangeOrigin = { cause: ChangeCause; changeSet: string; runId: string | null }

/** One changed retail price, in whole rupiah. */
export type NewPriceChange = {
  skuId: string
  oldCost: number | null
  newCost: number | null
  oldRetail: number
  newRetail: number
  ruleId: string | null
}

const COLUMNS = `c.id, c.change_set as "changeSet", c.cause, c.run_id as "runId", s.code as sku, c.old_cost as "oldCost",
  c.new_cost as "newCost", c.old_retail as "oldRetail", c.new_retail as "newRetail", to_json(c.at) as at`

/**
 * Keeps changed prices. A second change of a SKU within one change-set moves the end of the first, so that a set shows
 * what it did in all; one that came back to where it began is not listed.
 */
export async function recordChanges(
  tx: Tx,
  origin: ChangeOrigin,
  changes: readonly NewPriceChange[],
  now: Date,
): Promise<void> {
  if (changes.length === 0) return
  const rows = changes.map((change) => ({ ...change, id: newId() }))
  await tx.count({
    name: 'pricing_record_changes',
    text: `insert into price_changes
        (id, change_set, cause, run_id, sku_id, old_cost, new_cost, old_retail, new_retail, rule_id, at)
      select id, $2, $3, $4, "skuId", "oldCost", "newCost", "oldRetail", "newRetail", "ruleId", $5
      from jsonb_to_recordset($1::jsonb) as new (id uuid, "skuId" uuid, "oldCost" bigint, "newCost" bigint,
        "oldRetail" bigint, "newRetail" bigint, "ruleId" uuid)
      on conflict (change_set, sku_id) do update set new_cost = excluded.new_cost, new_retail = excluded.new_retail,
        rule_id = excluded.rule_id, at = excluded.at`,
    values: [JSON.stringify(rows), origin.changeSet, origin.cause, origin.runId, now],
  })
}

/** Changes before the id, newest first. Uses the key, or `price_changes_run`. */
export function selectChanges(
  db: Database,
  query: { runId: string | null; sku: string | null; before: string | null; limit: number },
): Promise<PriceChange[]> {
  return db.once<PriceChange>(
    'pricing.list-changes',
    { role: 'worker' },
    {
      text: `select ${COLUMNS} from price_changes c join skus s on s.id = c.sku_id
        where c.old_retail <> c.new_retail and ($1::uuid is null or c.run_id = $1) and ($2::text is null or s.code = $2)
          and ($3::uuid is null or c.id < $3)
        order by c.id desc limit $4`,
      values: [query.runId, query.sku, query.before, query.limit],
    },
  )
}

/** The change with the SKU it is about, or undefined. */
export function findChange(tx: Tx, id: string): Promise<(PriceChange & { skuId: string }) | undefined> {
  return tx.maybe<PriceChange & { skuId: string }>({
    text: `select ${COLUMNS}, c.sku_id as "skuId" from price_changes c join skus s on s.id = c.sku_id where c.id = $1`,
    values: [id],
  })
}
