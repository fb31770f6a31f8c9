/** A product of the external feed as `GET /api/db-products` shows it. Prices are whole rupiah. */
export type FeedProductView = {
  id: string
  externalId: string
  name: string
  slug: string
  description: string
  registrationNumber: string | null
  /** By level; null where the feed has none. */
  prices: {
    general: number | null
    consultant: number | null
    supervisor: number | null
    manager: number | null
    director: number | null
  }
  /** Where our copy of the picture is; null while there is none. */
  imageUrl: string | null
  imageAlt: string
  active: boolean
  updatedAt: string
}
