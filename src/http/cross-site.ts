/** Whether programs without a browser (neither `Origin` nor `Sec-Fetch-Site`) may send the request. */
export type CrossSiteRule = 'browser-or-program' | 'browser-only'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * True when a state-changing request may come from a page of another site. `Sec-Fetch-Site` decides where it
 * is sent; else `Origin` must be ours exactly; when both are missing it is no browser, which forms refuse and
 * the JSON API allows. Requests with a bearer token are never forged by a page: browsers do not add
 * one by themselves (they do add remembered Basic credentials).
 */
export function isCrossSite(
  method: string,
  headers: Headers,
  ownOrigin: string,
  rule: CrossSiteRule,
): boolean {
  if (SAFE_METHODS.has(method) || /^bearer /i.test(headers.get('authorization') ?? '')) return false
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site !== 'same-origin' && site !== 'none'
  const origin = headers.get('origin')
  if (origin !== null) return origin !== ownOrigin
  return rule === 'browser-only'
}
