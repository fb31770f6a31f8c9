import { BlockList, isIP } from 'node:net'

/** Finds the address a request really comes from. */
export type ClientIp = (socketAddress: string | undefined, forwardedFor: string | null) => string

const UNKNOWN = '0.0.0.0'

/** An IPv4 address in IPv6 clothing as plain IPv4; everything else unchanged. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}

function blockListOf(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', prefix] = range.trim().split('/', 2)
    const version = isIP(address)
    if (version === 0) throw new RangeError(`not an address or CIDR range in trusted proxies: ${range}`)
    const family = version === 6 ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return list
}

/**
 * A finder that believes `X-Forwarded-For` only from the given proxies, reading it from the right and stopping
 * at the first address that is not one of them; whatever a client wrote further left has no effect.
 * Throws on a range that cannot be parsed.
 */
export function createClientIp(trustedProxies: readonly string[]): ClientIp {
  const trusted = blockListOf(trustedProxies)
  const isTrusted = (address: string) => trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  return (socketAddress, forwardedFor) => {
    let address = plainAddress(socketAddress ?? UNKNOWN)
    if (trustedProxies.length === 0 || forwardedFor === null) return address
    const hops = forwardedFor.split(',').map((hop) => plainAddress(hop.trim()))
    while (isTrusted(address)) {
      const hop = hops.pop()
      if (hop === undefined || isIP(hop) === 0) break
      address = hop
    }
    return address
  }
}

/** True for the machine itself. */
export function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.')
}

/** The key one visitor is counted under: an IPv4 address, or the /64 network that one IPv6 visitor owns whole. */
export function countingKey(address: string): string {
  if (isIP(address) !== 6) return address
  const [head = '', tail] = address.split('::', 2)
  const start = head === '' ? [] : head.split(':')
  const end = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups =
    tail === undefined
      ? start
      : [...start, ...Array<string>(Math.max(0, 8 - start.length - end.length)).fill('0'), ...end]
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}
