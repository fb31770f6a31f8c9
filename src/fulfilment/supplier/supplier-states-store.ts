import type { Database, Statement, Tx } from '#platform/database.ts'

/** How a supplier stands with us. Amounts in whole rupiah. */
export type SupplierState = {
  supplier: string
  balance: number | null
  balance_at: Date | null
  balance_age_ms: number | null
  low_balance: number | null
  paused_by: 'operator' | 'low_balance' | null
  resume_at_balance: number | null
}

const STATE = `select supplier, balance, balance_at, extract(epoch from now() - balance_at)::float8 * 1000 as balance_age_ms,
  low_balance, paused_by, resume_at_balance from supplier_states`

/** Every supplier that was ever read, paused or given a limit. */
export async function listSupplierStates(db: Database): Promise<SupplierState[]> {
  const statement: Statement<SupplierState> = {
    name: 'supplier_states_list',
    text: `${STATE} order by supplier`,
  }
  return await db.once('fulfilment.supplier-states', { role: 'worker' }, statement)
}

/** How one supplier stands; no row when it was never read. */
export function findStateStatement(supplier: string): Statement<SupplierState> {
  return { name: 'supplier_state_find', text: `${STATE} where supplier = $1`, values: [supplier] }
}

/** A reading older than this is written anew; of those in between the newest would say the same. */
const NOTE_EVERY_SECONDS = 5

/**
 * A supplier that refused for lack of balance although we read enough, as it may hold some of it back, is asked again
 * after this: once per rest is no burden, and a rise of the balance ends the rest sooner.
 */
const HELD_BACK_MINUTES = 15

/** SQL for "it rests for a reading like this one": below its limit, below what was refused, or no more than was refused. */
const RESTS = `$2 < coalesce(s.low_balance, 0)
            or (s.paused_by is not null and ($2 < coalesce(s.resume_at_balance, 0)
              or (s.resume_at_balance is not null and $2 <= s.balance
                and s.paused_at > now() - interval '${HELD_BACK_MINUTES} minutes')))`

/**
 * Writes what was read of a balance, and pauses the supplier when it lies below its limit. True when that paused it. A
 * pause by low balance ends here too, once the balance reaches the limit and what a refused unit needed, and has
 * risen or HELD_BACK_MINUTES are over; `resumed` says so. A reading that says nothing new within a few seconds writes nothing, so that sends do not queue for the row.
 */
export async function noteBalance(
  tx: Tx,
  supplier: string,
  balance: number,
): Promise<'paused' | 'resumed' | 'same'> {
  const row = await tx.maybe<{ was: string | null; is: string | null }>({
    name: 'supplier_note_balance',
    text: `with before as (select paused_by from supplier_states where supplier = $1),
      noted as (
        insert into supplier_states as s (supplier, balance, balance_at) values ($1, $2, now())
        on conflict (supplier) do update set balance = $2, balance_at = now(), updated_at = now(),
          paused_by = case when s.paused_by = 'operator' then 'operator'
            when ${RESTS}
              then 'low_balance' end,
          paused_at = case when s.paused_by = 'operator' then s.paused_at
            when ${RESTS}
              then coalesce(s.paused_at, now()) end,
          resume_at_balance = case when s.paused_by = 'low_balance' and (${RESTS})
            then s.resume_at_balance end
        where s.balance_at is null or s.balance_at < now() - interval '${NOTE_EVERY_SECONDS} seconds'
          or ($2 < coalesce(s.low_balance, 0)) <> (s.paused_by is not null)
          or s.paused_by = 'low_balance'
        returning paused_by)
      select before.paused_by as was, noted.paused_by as is from noted left join before on true`,
    values: [supplier, balance],
  })
  if (row === undefined || row.was === row.is) return 'same'
  return row.is === null ? 'resumed' : 'paused'
}

/**
 * Pauses a supplier. By low balance: until the balance reaches `resumeAt`; an operator's pause is not touched by it, and
 * only an operator ends that. True when it was not paused before.
 */
export async function writePause(
  tx: Tx,
  supplier: string,
  pause: { by: 'operator' | 'low_balance'; note: string; resumeAt?: number },
): Promise<void> {
  await tx.count({
    name: 'supplier_pause',
    text: `insert into supplier_states as s (supplier, paused_by, paused_at, pause_note, resume_at_balance)
      values ($1, $2, now(), $3, $4)
      on conflict (supplier) do update set paused_by = $2, paused_at = coalesce(s.paused_at, now()), pause_note = $3,
        resume_at_balance = greatest(s.resume_at_balance, $4), updated_at = now()
      where s.paused_by is null or $2 = 'operator' or s.paused_by = 'low_balance'`,
    values: [supplier, pause.by, pause.note.slice(0, 200), pause.resumeAt ?? null],
  })
}

/** Ends every pause of a supplier and keeps what its balance is now. */
export async function endPause(tx: Tx, supplier: string, balance: number): Promise<void> {
  await tx.count({
    name: 'supplier_resume',
    text: `insert into supplier_states as s (supplier, balance, balance_at) values ($1, $2, now())
      on conflict (supplier) do update set balance = $2, balance_at = now(), paused_by = null, paused_at = null,
        pause_note = null, resume_at_balance = null, updated_at = now()`,
    values: [supplier, balance],
  })
}

/** Sets the balance below which a supplier's offers rest; null for none. */
export async function writeLowBalance(tx: Tx, supplier: string, rupiah: number | null): Promise<void> {
  await tx.count({
    name: 'supplier_low_balance',
    text: `insert into supplier_states as s (supplier, low_balance) values ($1, $2)
      on conflict (supplier) do update set low_balance = $2, updated_at = now()`,
    values: [supplier, rupiah],
  })
}
