import { keyOfForm, type PictureFormat } from '#platform/picture.ts'
import type { Database, Tx } from '#platform/database.ts'
import { brokenImagesStatement, shownImagesStatement, type ShownRow } from './images-view-store.ts'
import type { StoredForm } from './images-store.ts'
import type { BrokenImage, MirroredImage } from './mirrored-image-view.ts'

/** Mirrored pictures by source address, for workers and operators; addresses without one are left out. */
export async function selectImages(
  from: Tx | Database,
  urls: readonly string[],
): Promise<Map<string, MirroredImage>> {
  if (urls.length === 0) return new Map()
  const statement = shownImagesStatement([...new Set(urls)])
  const rows =
    'once' in from
      ? await from.once('sync.select-images', { role: 'worker' }, statement)
      : await from.rows(statement)
  return new Map(rows.map((row) => [row.url, toImage(row)]))
}

function toImage({ alt, sha256, width, height, forms }: ShownRow): MirroredImage {
  const key = (size: number, wanted: (format: string) => boolean): string => {
    const form = forms.find((found) => found.size === size && wanted(found.format))
    if (!form) throw new Error(`a stored picture lacks a form of ${size}`)
    return keyOfForm(sha256, size, form.format as PictureFormat)
  }
  const sizes = forms
    .filter(({ format }) => format === 'avif')
    .map((form: StoredForm) => ({
      width: form.width,
      height: form.height,
      avif: key(form.size, (format) => format === 'avif'),
      webp: key(form.size, (format) => format === 'webp'),
      fallback: key(form.size, (format) => format === 'jpeg' || format === 'png'),
    }))
  return { alt, width, height, sizes: sizes.sort((a, b) => a.width - b.width) }
}

/** One page of pictures that failed several times in a row, after an address; what they showed before still shows. */
export async function listBrokenImages(db: Database, after = '', limit = 100): Promise<BrokenImage[]> {
  const rows = await db.once(
    'sync.list-broken-images',
    { role: 'worker' },
    brokenImagesStatement(after, limit),
  )
  return rows.map((row) => ({ ...row, nextAt: row.nextAt.toISOString() }))
}
