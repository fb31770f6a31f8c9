import type { OfferRow } from '../ports.ts'

/** The fields of an offer as synchronisation compares them. */
export type OfferValue = {
  family: string
  name: string
  displayName: string
  /** Whole rupiah. */
  cost: number
  route: string
  /** What the supplier says; whether it is available follows from this and the clock. */
  offered: boolean
  cutOffStart: number | null
  cutOffEnd: number | null
  /** Whether purchases of this supplier can be placed. */
  orderable: boolean
  targetForm: NonNullable<OfferRow['targetForm']>
}

/** Every field belongs to the supplier; the order is that of the fingerprint. */
export const OFFER_FIELDS: { readonly [Field in keyof OfferValue]: 'source' } = {
  family: 'source',
  name: 'source',
  displayName: 'source',
  cost: 'source',
  route: 'source',
  offered: 'source',
  cutOffStart: 'source',
  cutOffEnd: 'source',
  orderable: 'source',
  targetForm: 'source',
}

/** The fields of a checked row. */
export function toOfferValue(row: OfferRow, orderable: boolean): OfferValue {
  return {
    family: row.family,
    name: row.name,
    displayName: row.displayName,
    cost: row.cost,
    route: row.route,
    offered: row.available,
    cutOffStart: row.cutOff?.start ?? null,
    cutOffEnd: row.cutOff?.end ?? null,
    orderable,
    targetForm: row.targetForm ?? 'apart',
  }
}

/** Whether two states of an offer are the same in every field. */
export function isSameValue(one: OfferValue, other: OfferValue): boolean {
  return Object.keys(OFFER_FIELDS).every(
    (field) => one[field as keyof OfferValue] === other[field as keyof OfferValue],
  )
}
