import type { SupplierState } from '../../fulfilment/ports.ts'

const STATES: ReadonlyMap<string, SupplierState> = new Map([
  ['waiting', 'pending'],
  ['processing', 'pending'],
  ['process', 'pending'],
  ['pending', 'pending'],
  ['success', 'success'],
  ['error', 'failed'],
])

/**
 * Our state for the supplier's word. `partial` and every word that is not documented for top-ups count as pending
 * with an alert: guessing "failed" would refund goods that still arrive. @see suppliers.md 1.7
 */
export function readStatus(word: string): { state: SupplierState; unfamiliarState: boolean } {
  const state = STATES.get(word.trim().toLowerCase())
  return { state: state ?? 'pending', unfamiliarState: state === undefined }
}
