/** A credential that several buyers use at once, without its secret. */
export type SharedCredentialView = {
  id: string
  sku: string
  label: string
  state: 'ACTIVE' | 'PAUSED' | 'RETIRED'
  seats: number
  /** Seats sold and not expired, and held for unpaid orders. */
  taken: number
  held: number
  /** How often the secret was changed, and when last. */
  version: number
  rotatedAt: string | null
  expiresAt: string | null
}
