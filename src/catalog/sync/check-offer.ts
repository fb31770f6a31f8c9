import { MAX_RUPIAH } from '#shared/money.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { OfferRow } from '../ports.ts'

const MAX_CODE = 64
const MAX_TEXT = 200
const LAST_MINUTE = 24 * 60 - 1

/** Why a row is not taken. `code` is the supplier's, where it can be read: the offer is present, only illegible. */
export type RowFault = { detail: string; code: string | undefined }

/**
 * The row as an offer, or what is wrong with it. Takes anything: rejected rows come back from storage when they
 * are tried again.
 */
export function checkOffer(value: unknown): Result<OfferRow, RowFault> {
  const row: Partial<Record<keyof OfferRow, unknown>> =
    typeof value === 'object' && value !== null ? value : {}
  const fault = findFault(row)
  if (fault === undefined) return ok(value as OfferRow)
  return err({ detail: fault, code: isText(row.code, MAX_CODE) ? (row.code as string) : undefined })
}

function findFault(row: Partial<Record<keyof OfferRow, unknown>>): string | undefined {
  if (!isText(row.code, MAX_CODE)) return 'code is missing or unreadable'
  const fault = readFault(row.garbled)
  if (fault !== undefined) return fault
  if (!isText(row.family, MAX_TEXT)) return 'family is missing or unreadable'
  if (!isText(row.name, MAX_TEXT)) return 'name is missing or unreadable'
  if (!isText(row.displayName, 2 * MAX_TEXT)) return 'display name is missing or unreadable'
  if (!isRoute(row.route)) return 'route is unreadable'
  const { cost } = row
  if (typeof cost !== 'number' || !Number.isSafeInteger(cost) || cost <= 0 || cost > MAX_RUPIAH)
    return 'cost is not a whole amount of rupiah'
  if (typeof row.available !== 'boolean') return 'availability is unknown'
  return isCutOff(row.cutOff) ? undefined : 'cut-off is not a time of day'
}

function readFault(garbled: unknown): string | undefined {
  if (garbled === undefined) return undefined
  const isTold = typeof garbled === 'object' && garbled !== null && 'fault' in garbled
  return isTold && typeof garbled.fault === 'string' ? garbled.fault : 'the row is unreadable'
}

function isCutOff(value: unknown): boolean {
  if (value === undefined) return true
  if (typeof value !== 'object' || value === null || !('start' in value) || !('end' in value)) return false
  return isMinute(value.start) && isMinute(value.end)
}

function isMinute(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LAST_MINUTE
}

/** May be empty, and says what it likes as long as it can be stored. */
function isRoute(value: unknown): boolean {
  return (
    typeof value === 'string' && value.length <= MAX_TEXT && value.isWellFormed() && !value.includes('\0')
  )
}

function isText(value: unknown, maxLength: number): boolean {
  if (typeof value !== 'string' || value.length > maxLength || value.trim() === '') return false
  return value.isWellFormed() && !/\p{Cc}/u.test(value)
}
