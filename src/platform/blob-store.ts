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
