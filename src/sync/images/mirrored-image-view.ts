/** A picture as pages show it: keys of the blob store, smallest size first. */
export type MirroredImage = {
  alt: string
  /** Of the upright original, for the space that a page keeps free. */
  width: number
  height: number
  sizes: { width: number; height: number; avif: string; webp: string; fallback: string }[]
}

/** A picture that could not be mirrored several times in a row. */
export type BrokenImage = { url: string; code: string; detail: string; failures: number; nextAt: string }
