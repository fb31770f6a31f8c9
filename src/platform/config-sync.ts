import path from 'node:path'
import type { ConfigReader } from './config-reader.ts'
import { Secret } from './secret.ts'

/** The external API of resellers and products. `apiUrl` is what stands before `/apis`, without a trailing slash. */
export type FeedConfig = { apiUrl: string; token: Secret }

/** Access to Digiflazz; `apiUrl` ends with its version path, without a trailing slash. */
export type DigiflazzConfig = {
  apiUrl: string
  username: string
  apiKey: Secret
  webhookSecret: Secret | null
}

/** Where pictures are kept. `apiUrl` of Vercel Blob is null for the service itself. */
export type BlobConfig =
  | { kind: 'local'; folder: string }
  | { kind: 's3'; endpoint: string; bucket: string; accessKeyId: string; secretAccessKey: Secret }
  | { kind: 'vercel'; token: Secret; apiUrl: string | null }

/** What synchronisation needs to know of its systems; null for one that is not configured. */
export type SyncConfig = { feed: FeedConfig | null; digiflazz: DigiflazzConfig | null; blobs: BlobConfig }

/** Demo values that everybody knows; a production start refuses them. */
export const SYNC_DEMO = {
  feedToken: 'feed-demo-token',
  digiflazzUsername: 'demouser',
  digiflazzApiKey: '11111111-0000-4000-8000-000000000000',
  digiflazzWebhookSecret: 'demo-webhook-secret',
} as const

/** Either form of the address is accepted, with the path of the lists and without. */
const FEED_PATH = /\/apis$/
const DIGIFLAZZ_URL = 'https://api.digiflazz.com/v1'
const S3_VARIABLES = ['S3_ENDPOINT', 'S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const

/** Reads the variables of synchronised systems; `refuseLocal` reports an address of a simulator. */
export function readSync(
  read: ConfigReader,
  options: {
    production: boolean
    dataDir: string
    refuseLocal(variable: 'FEED_API_URL' | 'DIGIFLAZZ_API_URL' | 'BLOB_API_URL', url: string): void
  },
): SyncConfig {
  return {
    feed: readFeed(read, options),
    digiflazz: readDigiflazz(read, options),
    blobs: readBlobs(read, options),
  }
}

type Options = Parameters<typeof readSync>[1]

function readFeed(read: ConfigReader, options: Options): FeedConfig | null {
  const pair = read.together(['FEED_API_URL', 'FEED_API_TOKEN'])
  const apiUrl = read.url('FEED_API_URL')?.replace(FEED_PATH, '')
  if (pair === undefined || apiUrl === undefined) return null
  const [, token] = pair
  if (options.production) {
    refuseDemo(read, 'FEED_API_TOKEN', token, SYNC_DEMO.feedToken)
    options.refuseLocal('FEED_API_URL', apiUrl)
  }
  return { apiUrl, token: new Secret(token) }
}

function readDigiflazz(read: ConfigReader, options: Options): DigiflazzConfig | null {
  const pair = read.together(['DIGIFLAZZ_USERNAME', 'DIGIFLAZZ_API_KEY'])
  const apiUrl = read.url('DIGIFLAZZ_API_URL') ?? DIGIFLAZZ_URL
  const webhookSecret = read.text('DIGIFLAZZ_WEBHOOK_SECRET')
  if (pair === undefined) return null
  const [username, apiKey] = pair
  if (options.production) {
    if (apiKey.startsWith('dev-'))
      read.mistake('DIGIFLAZZ_API_KEY', 'masih kunci pengembangan', 'is still a development key')
    refuseDemo(read, 'DIGIFLAZZ_API_KEY', apiKey, SYNC_DEMO.digiflazzApiKey)
    refuseDemo(read, 'DIGIFLAZZ_WEBHOOK_SECRET', webhookSecret, SYNC_DEMO.digiflazzWebhookSecret)
    options.refuseLocal('DIGIFLAZZ_API_URL', apiUrl)
  }
  return {
    apiUrl,
    username,
    apiKey: new Secret(apiKey),
    webhookSecret: webhookSecret === undefined ? null : new Secret(webhookSecret),
  }
}

/** Vercel Blob when its token is set, else S3 when it is whole, else a folder beside the other data. */
function readBlobs(read: ConfigReader, options: Options): BlobConfig {
  const s3 = readS3(read)
  const token = read.text('BLOB_READ_WRITE_TOKEN')
  const apiUrl = read.url('BLOB_API_URL') ?? null
  if (token !== undefined) {
    if (!/^vercel_blob_rw_[^_]+_.+$/.test(token))
      read.mistake(
        'BLOB_READ_WRITE_TOKEN',
        'bukan token Vercel Blob (vercel_blob_rw_…)',
        'is not a token of Vercel Blob (vercel_blob_rw_…)',
      )
    if (options.production && apiUrl !== null) options.refuseLocal('BLOB_API_URL', apiUrl)
    return { kind: 'vercel', token: new Secret(token), apiUrl }
  }
  return s3 ?? { kind: 'local', folder: path.join(options.dataDir, 'blobs') }
}

function readS3(read: ConfigReader): Extract<BlobConfig, { kind: 's3' }> | undefined {
  const given = S3_VARIABLES.filter((name) => read.text(name) !== undefined)
  const [some] = given
  if (some === undefined) return undefined
  for (const name of S3_VARIABLES.filter((each) => !given.includes(each)))
    read.mistake(name, `wajib diisi bila ${some} diisi`, `is required when ${some} is set`)
  const endpoint = read.url('S3_ENDPOINT')
  const bucket = read.text('S3_BUCKET')
  const accessKeyId = read.text('S3_ACCESS_KEY_ID')
  const secret = read.text('S3_SECRET_ACCESS_KEY')
  if (endpoint === undefined || bucket === undefined || accessKeyId === undefined || secret === undefined)
    return undefined
  return { kind: 's3', endpoint, bucket, accessKeyId, secretAccessKey: new Secret(secret) }
}

function refuseDemo(
  read: ConfigReader,
  variable: 'FEED_API_TOKEN' | 'DIGIFLAZZ_API_KEY' | 'DIGIFLAZZ_WEBHOOK_SECRET',
  value: string | undefined,
  demo: string,
): void {
  if (value === demo) read.mistake(variable, 'masih nilai demo', 'is still the demo value')
}
