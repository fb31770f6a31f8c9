import type { ConfigReader } from './config-reader.ts'
import { Secret } from './secret.ts'

/**
 * Keys and addresses of Midtrans; both URLs are without their version path and without a trailing slash. With a
 * `merchantId` messages and answers about another merchant are refused.
 */
export type MidtransConfig = {
  serverKey: Secret
  clientKey: string
  merchantId: string | null
  isProduction: boolean
  snapUrl: string
  apiUrl: string
}

/** Access to Tokopay, or to a service that speaks its protocol; `apiUrl` is without a trailing slash. */
export type TokopayConfig = { merchantId: string; secret: Secret; apiUrl: string }

/** The payment gateways; null for one that is not configured. */
export type PaymentsConfig = { midtrans: MidtransConfig | null; tokopay: TokopayConfig | null }

/** Demo values that everybody knows; a production start refuses them. */
export const PAYMENTS_DEMO = {
  midtransServerKey: 'SB-Mid-server-lapak-demo',
  midtransClientKey: 'SB-Mid-client-lapak-demo',
  tokopayMerchantId: 'M240000DEMO001',
  tokopaySecret: 'demo-tokopay-secret-0123456789abcdef',
} as const

/** Manuals print both addresses with their version path; either form is accepted. */
const SNAP_PATH = /\/snap(\/v1)?$/
const CORE_PATH = /\/v2$/
const TOKOPAY_PATH = /\/v1$/
const TOKOPAY_URL = 'https://api.tokopay.id'

type Address = 'MIDTRANS_SNAP_URL' | 'MIDTRANS_API_URL' | 'TOKOPAY_API_URL'

type Options = { production: boolean; refuseLocal(variable: Address, url: string): void }

/** Reads the variables of payment gateways; `refuseLocal` reports an address of a simulator. */
export function readPayments(read: ConfigReader, options: Options): PaymentsConfig {
  return { midtrans: readMidtrans(read, options), tokopay: readTokopay(read, options) }
}

function readMidtrans(read: ConfigReader, { production, refuseLocal }: Options): MidtransConfig | null {
  const keys = read.together(['MIDTRANS_SERVER_KEY', 'MIDTRANS_CLIENT_KEY'])
  const isProduction = read.flag('MIDTRANS_IS_PRODUCTION')
  const stage = isProduction ? '' : 'sandbox.'
  const snapUrl = (read.url('MIDTRANS_SNAP_URL') ?? `https://app.${stage}midtrans.com`).replace(SNAP_PATH, '')
  const apiUrl = (read.url('MIDTRANS_API_URL') ?? `https://api.${stage}midtrans.com`).replace(CORE_PATH, '')
  const merchantId = read.text('MIDTRANS_MERCHANT_ID') ?? null
  if (keys === undefined) return null
  const [serverKey, clientKey] = keys
  if (production) {
    if (serverKey.startsWith('SB-')) {
      read.mistake('MIDTRANS_SERVER_KEY', 'masih kunci sandbox', 'is still a sandbox key')
    }
    if (clientKey.startsWith('SB-')) {
      read.mistake('MIDTRANS_CLIENT_KEY', 'masih kunci sandbox', 'is still a sandbox key')
    }
    if (!isProduction) {
      read.mistake('MIDTRANS_IS_PRODUCTION', 'harus true di production', 'must be true in production')
    }
    refuseLocal('MIDTRANS_SNAP_URL', snapUrl)
    refuseLocal('MIDTRANS_API_URL', apiUrl)
    requireHttps(read, 'MIDTRANS_SNAP_URL', snapUrl)
    requireHttps(read, 'MIDTRANS_API_URL', apiUrl)
  }
  return { serverKey: new Secret(serverKey), clientKey, merchantId, isProduction, snapUrl, apiUrl }
}

function readTokopay(read: ConfigReader, { production, refuseLocal }: Options): TokopayConfig | null {
  const pair = read.together(['TOKOPAY_MERCHANT_ID', 'TOKOPAY_SECRET'])
  const apiUrl = (read.url('TOKOPAY_API_URL') ?? TOKOPAY_URL).replace(TOKOPAY_PATH, '')
  if (pair === undefined) return null
  const [merchantId, secret] = pair
  for (const [variable, value] of [
    ['TOKOPAY_MERCHANT_ID', merchantId],
    ['TOKOPAY_SECRET', secret],
  ] as const) {
    if (/\s/.test(value)) read.mistake(variable, 'tidak boleh berisi spasi', 'must not contain spaces')
  }
  if (production) {
    if (merchantId === PAYMENTS_DEMO.tokopayMerchantId) {
      read.mistake('TOKOPAY_MERCHANT_ID', 'masih nilai demo', 'is still the demo value')
    }
    if (secret === PAYMENTS_DEMO.tokopaySecret) {
      read.mistake('TOKOPAY_SECRET', 'masih nilai demo', 'is still the demo value')
    }
    refuseLocal('TOKOPAY_API_URL', apiUrl)
    requireHttps(read, 'TOKOPAY_API_URL', apiUrl)
  }
  return { merchantId, secret: new Secret(secret), apiUrl }
}

/** Keys and secrets stand in headers and addresses of the calls: without encryption everybody on the way reads them. */
function requireHttps(read: ConfigReader, variable: Address, url: string): void {
  if (!url.startsWith('https:')) {
    read.mistake(variable, 'harus memakai https di production', 'must use https in production')
  }
}
