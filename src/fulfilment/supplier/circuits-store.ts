import type { Tx } from '#platform/database.ts'

/** A supplier that fails this often in a row, or half of this many, is left alone for a while. @see reliability-security.md 4.13 */
export const OPEN_AFTER_IN_A_ROW = 10
export const OPEN_AFTER_OF = 20
const OPEN_SHARE = 0.5
const OPEN_SECONDS = 30
/** A probe that says nothing for so long gives way to another: its process may have died. */
const PROBE_SECONDS = 90

type Circuit = { supplier: string; family: string }

/**
 * Tells a circuit how a purchase went, in the transaction that knows it. Failures open it. While it is open only the
 * probe counts: its success closes the circuit, its failure leaves it open for another while; what was sent before says
 * nothing about now. Locks the circuit's row, last of all.
 */
export async function noteCircuit(
  tx: Tx,
  circuit: Circuit & { purchaseId: string },
  outcome: { failed: boolean; reason: string },
): Promise<void> {
  await tx.count({
    name: 'supplier_note_circuit',
    text: `insert into supplier_circuits as c (supplier, family, in_a_row, recent)
      values ($1, $2, $3::int, $3::int::text)
      on conflict (supplier, family) do update set
        in_a_row = case when c.open_until is not null then 0 when $3 = 0 then 0 else c.in_a_row + 1 end,
        recent = case when c.open_until is not null then '' else right(c.recent || $3::int::text, ${OPEN_AFTER_OF}) end,
        open_until = case
          when c.open_until is not null and $3 = 0 then null
          when c.open_until is not null then now() + interval '${OPEN_SECONDS} seconds'
          when $3 = 1 and (c.in_a_row + 1 >= ${OPEN_AFTER_IN_A_ROW}
              or (length(c.recent) >= ${OPEN_AFTER_OF - 1}
                and length(replace(right(c.recent, ${OPEN_AFTER_OF - 1}), '0', '')) + 1 >= ${OPEN_AFTER_OF * OPEN_SHARE}))
            then now() + interval '${OPEN_SECONDS} seconds'
          else null end,
        reason = case when $3 = 1 then $5 else c.reason end,
        probe_id = null, probe_until = null, updated_at = now()
      where c.open_until is null or c.probe_id = $4`,
    values: [
      circuit.supplier,
      circuit.family,
      outcome.failed ? 1 : 0,
      circuit.purchaseId,
      outcome.reason.slice(0, 200),
    ],
  })
}

/**
 * Lets a purchase through its circuit: always when that is closed; when its time is over as the one probe. False while
 * it is open. Locks the circuit's row when it is not closed.
 */
export async function passCircuit(tx: Tx, circuit: Circuit, purchaseId: string): Promise<boolean> {
  const row = await tx.one<{ passes: boolean }>({
    name: 'supplier_pass_circuit',
    text: `with probe as (
        update supplier_circuits set probe_id = $3, probe_until = now() + interval '${PROBE_SECONDS} seconds',
          updated_at = now()
        where supplier = $1 and family = $2 and open_until <= now()
          and (probe_until is null or probe_until <= now() or probe_id = $3)
        returning 1)
      select exists (select from probe) or not exists (
        select from supplier_circuits where supplier = $1 and family = $2 and open_until is not null) as passes`,
    values: [circuit.supplier, circuit.family, purchaseId],
  })
  return row.passes
}

/** A probe that ended without a word about the supplier leaves its place to another. Locks the circuit's row if it has it. */
export async function releaseProbe(tx: Tx, circuit: Circuit, purchaseId: string): Promise<void> {
  await tx.count({
    name: 'supplier_release_probe',
    text: `update supplier_circuits set probe_id = null, probe_until = null
      where supplier = $1 and family = $2 and probe_id = $3`,
    values: [circuit.supplier, circuit.family, purchaseId],
  })
}
