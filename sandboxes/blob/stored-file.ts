/** One file of the store. */
export type StoredFile = {
  pathname: string
  body: Uint8Array
  contentType: string
  cacheSeconds: number
  uploadedAt: string
  etag: string
}
