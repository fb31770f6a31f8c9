import type * as AwsSdk from '@aws-sdk/client-s3'
import { checkBlobKey, encodeBlobKey, type BlobStore } from '#platform/blob-store.ts'

export type S3Options = {
  endpoint: string
  bucket: string
  accessKeyId: string
  secretAccessKey: string
  /** Most compatible services take any; theirs is often `auto`. */
  region?: string
  /** Where browsers read, such as a CDN in front of the bucket; default: the bucket at the endpoint. */
  publicUrl?: string
}

type Connected = { sdk: typeof AwsSdk; client: AwsSdk.S3Client }

/** Three tries with short waits bridge a hiccup; longer trouble is the caller's to plan for. */
const TRIES = 3
const CONNECT_TIMEOUT_MS = 3_000
/** No file of ours takes longer to move. */
const REQUEST_TIMEOUT_MS = 20_000
/** A year, the most that caches honour: content under a key never changes. */
const CACHE_CONTROL = 'public, max-age=31536000, immutable'

/**
 * Blobs in a bucket of an S3-compatible service. The SDK is loaded at the first call, so that a shop that stores
 * elsewhere does not carry it in memory.
 */
export function createS3Blobs(options: S3Options): BlobStore {
  const { bucket: Bucket } = options
  let connected: Promise<Connected> | undefined
  const connect = (): Promise<Connected> => (connected ??= openClient(options))
  async function has(key: string): Promise<boolean> {
    checkBlobKey(key)
    const { sdk, client } = await connect()
    const found = await ifAny(client.send(new sdk.HeadObjectCommand({ Bucket, Key: key })))
    return found !== undefined
  }
  return {
    // Asked first, since not every compatible service understands a conditional write.
    async put(key, blob) {
      if (await has(key)) return
      const { sdk, client } = await connect()
      const file = { Bucket, Key: key, Body: blob.body, ContentType: blob.contentType }
      await client.send(new sdk.PutObjectCommand({ ...file, CacheControl: CACHE_CONTROL }))
    },
    async get(key) {
      checkBlobKey(key)
      const { sdk, client } = await connect()
      const found = await ifAny(client.send(new sdk.GetObjectCommand({ Bucket, Key: key })))
      if (found?.Body === undefined) return undefined
      const body = await found.Body.transformToByteArray()
      return { body, contentType: found.ContentType ?? 'application/octet-stream' }
    },
    has,
    async remove(key) {
      checkBlobKey(key)
      const { sdk, client } = await connect()
      await client.send(new sdk.DeleteObjectCommand({ Bucket, Key: key }))
    },
    async *list(prefix) {
      const { sdk, client } = await connect()
      for await (const page of sdk.paginateListObjectsV2({ client }, { Bucket, Prefix: prefix })) {
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key
      }
    },
    urlOf(key) {
      checkBlobKey(key)
      const base = options.publicUrl ?? `${options.endpoint.replace(/\/$/, '')}/${Bucket}`
      return `${base.replace(/\/$/, '')}/${encodeBlobKey(key)}`
    },
  }
}

async function openClient(options: S3Options): Promise<Connected> {
  const sdk = await import('@aws-sdk/client-s3')
  const client = new sdk.S3Client({
    endpoint: options.endpoint,
    region: options.region ?? 'us-east-1',
    credentials: { accessKeyId: options.accessKeyId, secretAccessKey: options.secretAccessKey },
    // One host for all buckets: what compatible services and an address without wildcard DNS need.
    forcePathStyle: true,
    maxAttempts: TRIES,
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    // Trailing checksums are an extension that many compatible services refuse.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  return { sdk, client }
}

/** The answer, or undefined when there is no such file. A missing bucket is trouble, not an absent file. */
async function ifAny<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Error && /^(?:NotFound|NoSuchKey)$/.test(error.name)) return undefined
    throw error
  }
}
