import { hashOf, readPicture, type PictureRefusal } from '#platform/picture.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { ImageDeps } from './image-deps.ts'
import { knownContentStatement, type ContentRow } from './images-store.ts'

/** A content whose files are stored. `row` is set when it is new. */
export type StoredContent = { sha256: Buffer; row: ContentRow | null }

/** `being_removed`: its files are being deleted right now; once they are gone it can be stored anew. */
export type ContentRefusal = PictureRefusal | { code: 'being_removed'; detail: string }

/** Contents being stored by this process, by hash: the same bytes from two addresses are worked on once. */
export type ContentsInWork = Map<string, Promise<Result<StoredContent, ContentRefusal>>>

/**
 * Makes sure that the files of a content are in the store, before any row refers to it. A kill in between leaves files
 * that the next attempt finds in place.
 */
export function storeContent(
  deps: ImageDeps,
  inWork: ContentsInWork,
  body: Uint8Array,
): Promise<Result<StoredContent, ContentRefusal>> {
  const hash = hashOf(body)
  const known = inWork.get(hash)
  if (known) return known
  const work = store(deps, Buffer.from(hash, 'hex'), body)
  inWork.set(hash, work)
  return work
}

async function store(
  deps: ImageDeps,
  sha256: Buffer,
  body: Uint8Array,
): Promise<Result<StoredContent, ContentRefusal>> {
  const [known] = await deps.db.once('sync.known-content', { role: 'worker' }, knownContentStatement(sha256))
  if (known?.isRemoving) return err({ code: 'being_removed', detail: 'its files are being deleted' })
  if (known) return ok({ sha256, row: null })
  const picture = await readPicture(body)
  if (!picture.ok) return picture
  const { width, height, forms } = picture.value
  await Promise.all(
    forms.map((form) => deps.blobs.put(form.key, { body: form.body, contentType: form.contentType })),
  )
  const row = {
    sha256,
    width,
    height,
    forms: forms.map((form) => ({
      size: form.size,
      format: form.format,
      width: form.width,
      height: form.height,
    })),
    bytes: forms.reduce((sum, form) => sum + form.body.byteLength, 0),
  }
  return ok({ sha256, row })
}
