import type { HeaderMap } from './reply.ts'

/**
 * Kinds of answers by what a browser may do with them. `page`: public HTML; `orderPage`: one buyer's HTML;
 * `api`: public JSON; `privateApi`: JSON about one buyer, operators' JSON, webhooks; `asset`: files of the
 * build; `art`: drawn pictures; `media`: mirrored pictures; `reference`: the interactive API documentation.
 */
export type HeaderClass =
  | 'page'
  | 'orderPage'
  | 'api'
  | 'privateApi'
  | 'asset'
  | 'art'
  | 'media'
  | 'reference'

/** Browsers remember for two years that this host speaks HTTPS only. */
const HSTS = 'max-age=63072000; includeSubDomains'

const NO_POWERS =
  'accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), usb=()'

/** Nothing may be loaded, run or framed: for answers that are data. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

function pagePolicy(gatewayOrigin: string | null, formOrigins: readonly string[]): string {
  const gateway = gatewayOrigin === null ? '' : ` ${gatewayOrigin}`
  return [
    "default-src 'self'",
    `script-src 'self'${gateway}`,
    "style-src 'self'",
    "img-src 'self' data:",
    `frame-src ${gatewayOrigin ?? "'none'"}`,
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    // A browser follows a form's redirects only to origins named here.
    [`form-action 'self'${gateway}`, ...formOrigins].join(' '),
  ].join('; ')
}

/** The headers of every class, made once at start. `Strict-Transport-Security` only where the shop has HTTPS. */
export function securityHeaders(
  appUrl: string,
  gatewayOrigin: string | null,
  formOrigins: readonly string[] = [],
): Record<HeaderClass, HeaderMap> {
  const everywhere: HeaderMap = {
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    ...(appUrl.startsWith('https:') ? { 'strict-transport-security': HSTS } : {}),
  }
  const document: HeaderMap = {
    ...everywhere,
    'content-security-policy': pagePolicy(gatewayOrigin, formOrigins),
    'referrer-policy': 'strict-origin-when-cross-origin',
    'cross-origin-opener-policy': 'same-origin-allow-popups',
    'permissions-policy': NO_POWERS,
    'x-frame-options': 'DENY',
  }
  const data: HeaderMap = {
    ...everywhere,
    'content-security-policy': DATA_POLICY,
    'referrer-policy': 'no-referrer',
  }
  return {
    page: document,
    orderPage: {
      ...document,
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin-allow-popups',
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex',
    },
    api: { ...data, 'cache-control': 'no-cache' },
    privateApi: { ...data, 'cache-control': 'no-store', 'x-robots-tag': 'noindex' },
    asset: everywhere,
    art: {
      ...everywhere,
      'cross-origin-resource-policy': 'cross-origin',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    },
    media: {
      ...everywhere,
      'cross-origin-resource-policy': 'cross-origin',
      // Opened as a document, foreign bytes still get no script, no style and no origin.
      'content-security-policy': "default-src 'none'; sandbox",
    },
    reference: { ...document, 'content-security-policy': pagePolicy(null, []) },
  }
}
