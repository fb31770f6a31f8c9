import type { Tx } from '#platform/database.ts'
import { forgetStatement, wantStatement } from './images-store.ts'

/** A longer address is not one of a picture; an index could not hold it either. */
const MAX_URL_LENGTH = 2_000
/** Longer descriptions help nobody who hears them. */
const MAX_ALT_LENGTH = 500

/**
 * Adds pictures of new records and marks those of changed records for another look, in one statement. Addresses that
 * cannot be stored are left out; whether the others lead anywhere shows when they are fetched. One address has one text:
 * of several in a call the first in order stays.
 */
export async function wantImages(tx: Tx, images: readonly { url: string; alt: string }[]): Promise<void> {
  const usable = images.filter(({ url }) => isStorable(url))
  if (usable.length === 0) return
  const alts = usable.map(({ alt }) =>
    alt.replaceAll('\0', '').toWellFormed().slice(0, MAX_ALT_LENGTH).toWellFormed(),
  )
  const urls = usable.map(({ url }) => url)
  await tx.count(wantStatement(urls, alts))
}

/** Removes pictures that no record names any more and returns their number; whoever calls it knows that none does. */
export async function forgetImages(tx: Tx, urls: readonly string[]): Promise<number> {
  const usable = urls.filter(isStorable)
  return usable.length > 0 ? tx.count(forgetStatement(usable)) : 0
}

function isStorable(url: string): boolean {
  return url.length > 0 && url.length <= MAX_URL_LENGTH && url.isWellFormed() && !url.includes('\0')
}
