import type { FieldOwner } from '../connection.ts'
import type { FieldValues, Scalar } from '../ports.ts'

/** Field to [before, after]. */
export type FieldChanges = Record<string, [Scalar, Scalar]>

/** A changed record as it will be stored, what changes by that, and what the source says in vain. */
export type RecordDiff<Value extends FieldValues = FieldValues> = {
  value: Value
  changed: FieldChanges
  kept: FieldChanges
}

/**
 * Merges what the source says into a stored record: fields that a rule owns or an operator has locked stay as they are.
 * In `kept` stand those on which the source disagrees.
 */
export function diffRecord<Value extends FieldValues>(
  owners: { readonly [Field in keyof Value]: FieldOwner },
  before: Value,
  incoming: Value,
  locked: ReadonlySet<string> | undefined,
): RecordDiff<Value> {
  const value: Record<string, Scalar> = { ...incoming }
  const changed: FieldChanges = {}
  const kept: FieldChanges = {}
  for (const field in owners) {
    const old = before[field] ?? null
    const next = incoming[field] ?? null
    if (old === next) continue
    if (owners[field] === 'source' && locked?.has(field) !== true) {
      changed[field] = [old, next]
    } else {
      kept[field] = [old, next]
      value[field] = old
    }
  }
  return { value: value as Value, changed, kept }
}
