/** A social-media service; the price is per 1000 units. */
export type SocialProduct = {
  id: number
  category: string
  name: string
  note: string
  min: number
  max: number
  price: number
  status: 'available' | 'empty'
}

const SERVICES: [string, string, number][] = [
  ['Instagram Followers', 'Instagram Followers Indonesia', 32_000],
  ['Instagram Likes', 'Instagram Likes Cepat', 6_000],
  ['TikTok Followers', 'TikTok Followers Aktif', 45_000],
  ['TikTok Views', 'TikTok Views', 500],
  ['YouTube Views', 'YouTube Views Stabil', 21_000],
  ['YouTube Subscriber', 'YouTube Subscriber Bergaransi', 180_000],
]

/** Returns the few social-media services the sandbox knows. */
export function createSocialCatalogue(): SocialProduct[] {
  return SERVICES.map(([category, name, price], index) => ({
    id: 1001 + index,
    category,
    name,
    note: '-',
    min: 100,
    max: 50_000,
    price,
    status: 'available',
  }))
}
