import type { Database } from '#platform/database.ts'

/** Whether anything in the database needs keys that exist already; then new ones must not take their place. */
export async function holdsSealedRows(db: Database): Promise<boolean> {
  const [row] = await db.once<{ sealed: boolean }>(
    'reports.sealed-rows',
    { role: 'worker' },
    {
      text: `select exists (select from key_checks) or exists (select from stock_units)
        or exists (select from shared_credentials) or exists (select from provider_accounts)
        or exists (select from deliveries where key_id is not null)
        or exists (select from webhook_inbox where key_id <> '') as sealed`,
    },
  )
  return row?.sealed ?? false
}
