/** A file in blob storage. Its key is its name: content under a key never changes. */
export type Blob = { body: Uint8Array; contentType: string }

/** Where files live: a local folder, an S3-compatible service, or Vercel Blob. One contract suite tests them all. */
export type BlobStore = {
  /** Stores the file; storing the same key again changes nothing. Throws when the store cannot be reached. */
  put(key: string, blob: Blob): Promise<void>
  /** The file, or undefined. */
  get(key: string): Promise<Blob | undefined>
  has(key: string): Promise<boolean>
  /** Removes the file; a missing one is no error. */
  remove(key: string): Promise<void>
  /** All keys below a prefix, page by page. */
  list(prefix: string): AsyncIterable<string>
  /** The address under which a browser gets the file: absolute, or a path of our own. */
  urlOf(key: string): string
}

/** The key cannot name a file in every store; a bug of the caller, or somebody looking for other files. */
export class BlobKeyRefused extends Error {
  constructor(key: string) {
    super(`not a blob key: ${JSON.stringify(key.slice(0, 100))}`)
    this.name = 'BlobKeyRefused'
  }
}

/** Vercel refuses more than 950 characters, S3 more than 1024 bytes; some file systems refuse long paths sooner. */
const MAX_KEY_BYTES = 800
/** File systems allow 255 bytes in a name; the rest is for endings of our own. */
const MAX_NAME_BYTES = 200

/**
 * Throws `BlobKeyRefused` unless the key means the same file in every store: names separated by single slashes, none
 * empty or beginning with a dot, no backslash and no control character, Unicode in its composed form.
 */
export function checkBlobKey(key: string): void {
  const isLegal =
    Buffer.byteLength(key) <= MAX_KEY_BYTES &&
    key.isWellFormed() &&
    key.normalize('NFC') === key &&
    !/[\\\p{Cc}]/u.test(key) &&
    key.split('/').every((name) => /^[^.]/su.test(name) && Buffer.byteLength(name) <= MAX_NAME_BYTES)
  if (!isLegal) throw new BlobKeyRefused(key)
}

/** The key as a path of an address. */
export function encodeBlobKey(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/')
}
