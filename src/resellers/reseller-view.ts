/** A reseller of the external feed as `GET /api/db-resellers` shows it. No bank data, no street address. */
export type ResellerView = {
  id: string
  externalId: string
  name: string
  phone: string | null
  area: string | null
  level: string | null
  uplineExternalId: string | null
  facebook: string | null
  instagram: string | null
  imageUrl: string | null
  imageAlt: string
  active: boolean
  /** Her own prices (`harga_custom`), by product of the feed. */
  customPrices: { productId: string; price: number }[]
  updatedAt: string
}
