import { parse } from 'csv-parse/sync'
import { err, ok, type Result } from '#shared/result.ts'
import type { ProviderAccountImport } from '../../invite-view.ts'

const COLUMNS = ['provider', 'label', 'external_id', 'credential', 'plans', 'seats', 'daily_quota'] as const

/**
 * The accounts of a CSV with the columns provider, label, external_id, credential, plans (names separated by spaces),
 * seats and daily_quota, or what is wrong with the file. Values are checked by the import itself; no message repeats a
 * credential.
 */
export function readAccounts(csv: string): Result<ProviderAccountImport[], { errors: string[] }> {
  let rows: Record<string, string>[]
  try {
    rows = parse(csv, { bom: true, columns: true, skip_empty_lines: true, trim: true })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    return err({ errors: [`bukan CSV yang sah / not a valid CSV (${code})`] })
  }
  const [first] = rows
  const missing = COLUMNS.filter((column) => first !== undefined && !(column in first))
  if (missing.length > 0)
    return err({ errors: [`kolom yang kurang / missing columns: ${missing.join(', ')}`] })
  return ok(rows.map(toAccount))
}

function toAccount(row: Record<string, string>): ProviderAccountImport {
  return {
    provider: row['provider'] ?? '',
    label: row['label'] ?? '',
    externalId: row['external_id'] ?? '',
    credential: row['credential'] ?? '',
    plans: (row['plans'] ?? '').split(/[\s|;]+/).filter((plan) => plan !== ''),
    seats: Number(row['seats'] || Number.NaN),
    dailyQuota: Number(row['daily_quota'] || Number.NaN),
  }
}
