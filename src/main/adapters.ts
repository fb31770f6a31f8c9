import type { Shop } from '../jobs/shop.ts'
import { paymentGateways, type PaymentGateways } from '#payments'
import type { BlobStore } from '../platform/blob-store.ts'
import type { Config } from '../platform/config.ts'
import { createSafeFetch, type SafeFetch } from '../platform/safe-fetch.ts'
import { createLocalBlobs } from '../providers/blob-local/local-blobs.ts'
import { createS3Blobs } from '../providers/blob-s3/s3-blobs.ts'
import { createVercelBlobs } from '../providers/blob-vercel/vercel-blobs.ts'
import { createFeed, type Feed } from '../providers/feed/feed.ts'
import { createMidtransGateway } from '../providers/midtrans/midtrans-gateway.ts'
import { createVipReseller } from '../providers/vip-reseller/vip-reseller.ts'

/** Where a local folder's pictures are served. */
const MEDIA_PATH = '/media'

/** The payment gateways that are configured. */
export function gatewaysOf(config: Config): PaymentGateways {
  const { midtrans } = config
  if (midtrans === null) return paymentGateways([])
  const notificationUrl = `${config.appUrl}/api/webhooks/midtrans`
  return paymentGateways([
    createMidtransGateway({
      serverKey: midtrans.serverKey.reveal(),
      snapUrl: `${midtrans.snapUrl}/snap/v1`,
      apiUrl: midtrans.apiUrl,
      notificationUrl,
      ...(midtrans.merchantId === null ? {} : { merchantId: midtrans.merchantId }),
    }),
  ])
}

/** The suppliers that are configured: whom purchases go to, whose catalogues are pulled, who checks accounts. */
export function suppliersOf(config: Config): Pick<Shop, 'suppliers' | 'catalogues' | 'checker'> {
  const vip = vipOf(config)
  const catalogues = [vip?.catalogue].filter((catalogue) => catalogue !== undefined)
  return {
    suppliers: new Map(vip === undefined ? [] : [[vip.supplier.id, vip.supplier]]),
    catalogues: new Map(catalogues.map((catalogue) => [catalogue.supplier, catalogue])),
    checker: vip?.accountChecker ?? {
      checkAccount: async () => ({ valid: null, message: 'Pengecekan ID belum tersedia.' }) as const,
    },
  }
}

function vipOf({ vipReseller }: Config): ReturnType<typeof createVipReseller> | undefined {
  if (vipReseller === null) return undefined
  const { apiUrl, apiId, apiKey } = vipReseller
  return createVipReseller({ apiUrl, apiId: apiId.reveal(), apiKey: apiKey.reveal() })
}

/** The external feed, when it is configured. */
export function feedOf({ feed }: Config): Feed | null {
  return feed === null ? null : createFeed({ apiUrl: feed.apiUrl, token: feed.token.reveal() })
}

/** How pictures are fetched from addresses that the feed names: its own origin may be a private one. */
export function pictureFetchOf({ feed }: Config): SafeFetch {
  return createSafeFetch({ allowedOrigins: feed === null ? [] : [new URL(feed.apiUrl).origin] })
}

/** Where pictures are kept, as configured. */
export function blobsOf({ blobs }: Config): BlobStore {
  switch (blobs.kind) {
    case 'vercel':
      return createVercelBlobs({
        token: blobs.token.reveal(),
        ...(blobs.apiUrl === null ? {} : { apiUrl: blobs.apiUrl }),
      })
    case 's3': {
      const { endpoint, bucket, accessKeyId, secretAccessKey } = blobs
      return createS3Blobs({ endpoint, bucket, accessKeyId, secretAccessKey: secretAccessKey.reveal() })
    }
    case 'local':
      return createLocalBlobs({ folder: blobs.folder, urlPrefix: MEDIA_PATH })
  }
}
