/** A reseller of the external feed: what we show of her. Bank data and addresses are never read. */
export type FeedReseller = {
  name: string
  phone: string | null
  area: string | null
  level: string | null
  uplineExternalId: string | null
  facebook: string | null
  instagram: string | null
  /** Whether the feed calls her active. */
  isEnabled: boolean
  /** As the feed wrote it; whether it may be fetched is decided where it is fetched. */
  pictureUrl: string | null
  /** What the picture shows, in the feed's words; null: her name says it. */
  pictureAlt: string | null
}
