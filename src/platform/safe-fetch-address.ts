import ipaddr from 'ipaddr.js'

/** The part of IPv6 that is handed out for the public internet; transition and local ranges lie outside or are named. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3')

/**
 * Whether an address belongs to the public internet. Private, loopback, link-local (cloud metadata), shared, multicast,
 * documentation and benchmark ranges do not, nor does any IPv6 form that carries an IPv4 address.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast') return false
  return parsed.kind() === 'ipv4' || parsed.match(GLOBAL_UNICAST)
}
