import type { VipEndpoint } from './vip-api.ts'

/**
 * Marks codes and order ids of the prepaid endpoint. The supplier keeps two catalogues and two id spaces, our
 * port has one of each. The form passes as a SKU code.
 */
const PREPAID = 'prepaid.'

/** The code or id as Lapak stores it when it belongs to the prepaid endpoint. */
export function prefixPrepaid(text: string): string {
  return `${PREPAID}${text}`
}

/** Where a stored code or id belongs, and how the supplier writes it. */
export function splitEndpoint(stored: string): { endpoint: VipEndpoint; text: string } {
  if (stored.startsWith(PREPAID)) return { endpoint: 'prepaid', text: stored.slice(PREPAID.length) }
  return { endpoint: 'game-feature', text: stored }
}

/** The inverse of `splitEndpoint`. */
export function joinEndpoint(endpoint: VipEndpoint, text: string): string {
  return endpoint === 'prepaid' ? prefixPrepaid(text) : text
}
