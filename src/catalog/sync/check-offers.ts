import { createHash } from 'node:crypto'
import { MAX_RUPIAH } from '#shared/money.ts'
import type { OfferRow } from '../ports.ts'

/** An offer with the fingerprint of everything we keep of it. */
export type CheckedOffer = OfferRow & { hash: Buffer }

export type RowError = { code: string; detail: string; record?: string }

/** What a pulled list holds. `present` are all codes it names, those of rejected rows included. */
export type CheckedOffers = { offers: CheckedOffer[]; rejected: RowError[]; present: Set<string> }

const MAX_CODE = 64
const MAX_TEXT = 200

/**
 * Sorts a supplier's rows into offers and rejects. A rejected row never stops the others, and its code still
 * counts as present, so that an offer is not taken for gone because one pull garbled its price.
 */
export function checkOffers(rows: readonly OfferRow[]): CheckedOffers {
  const offers = new Map<string, CheckedOffer>()
  const rejected: RowError[] = []
  const present = new Set<string>()
  for (const row of rows) {
    const isLegible = isText(row.code, MAX_CODE)
    const reason = offers.has(row.code) ? 'code appears twice' : findFault(row)
    if (isLegible) present.add(row.code)
    if (reason === undefined) offers.set(row.code, { ...row, hash: hashOffer(row) })
    else rejected.push({ code: 'row_rejected', detail: reason, ...(isLegible ? { record: row.code } : {}) })
  }
  return { offers: [...offers.values()], rejected, present }
}

function findFault(row: OfferRow): string | undefined {
  if (!isText(row.code, MAX_CODE)) return 'code is missing or unreadable'
  if (!isText(row.family, MAX_TEXT)) return 'family is missing or unreadable'
  if (!isText(row.name, MAX_TEXT)) return 'name is missing or unreadable'
  if (!isText(row.displayName, 2 * MAX_TEXT)) return 'display name is missing or unreadable'
  if (typeof row.route !== 'string' || row.route.length > MAX_TEXT || row.route.includes('\0'))
    return 'route is unreadable'
  if (!Number.isSafeInteger(row.cost) || row.cost <= 0 || row.cost > MAX_RUPIAH)
    return 'cost is not a whole amount of rupiah'
  return typeof row.available === 'boolean' ? undefined : 'availability is unknown'
}

function isText(value: unknown, maxLength: number): boolean {
  if (typeof value !== 'string' || value.length > maxLength || value.trim() === '') return false
  return value.isWellFormed() && !/\p{Cc}/u.test(value)
}

function hashOffer(row: OfferRow): Buffer {
  const kept = [row.code, row.family, row.name, row.displayName, row.cost, row.route, row.available]
  return createHash('sha256').update(JSON.stringify(kept)).digest()
}
