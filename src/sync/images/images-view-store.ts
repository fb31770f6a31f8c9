import type { Statement } from '#platform/database.ts'
import type { StoredForm } from './images-store.ts'

export type ShownRow = {
  url: string
  alt: string
  sha256: string
  width: number
  height: number
  forms: StoredForm[]
}

/** The contents of pictures by address; those without one are left out. By primary keys. */
export function shownImagesStatement(urls: readonly string[]): Statement<ShownRow> {
  return {
    name: 'sync_images_shown',
    text: `select image.url, image.alt, encode(content.sha256, 'hex') as sha256, content.width, content.height, content.forms
      from sync_images as image join sync_image_contents as content on content.sha256 = image.sha256
      where image.url = any($1::text[])`,
    values: [urls],
  }
}

export type BrokenRow = { url: string; code: string; detail: string; failures: number; nextAt: Date }

/** Pictures that failed several times in a row, in order of addresses after one (index sync_images_broken). */
export function brokenImagesStatement(after: string, limit: number): Statement<BrokenRow> {
  return {
    name: 'sync_images_broken',
    text: `select url, error_code as code, error_detail as detail, fail_count as failures, next_at as "nextAt"
      from sync_images where state = 'broken' and url > $1 order by url limit $2`,
    values: [after, limit],
  }
}
