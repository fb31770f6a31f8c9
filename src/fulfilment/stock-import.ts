/** What an import did. `rejected` names up to 20 rows that were not stored and why, by row number only. */
export type StockImport = {
  batchId: string
  imported: number
  duplicates: number
  rejected: { row: number; reason: 'blank' | 'too_long' | 'control_characters' }[]
  rejectedTotal: number
}
