import type { FeedProduct } from '../../catalog/ports.ts'
import type { Result } from '../../shared/result.ts'
import type { Rejection, SourceRecord } from '../../sync/ports.ts'
import { readAddress, readLine, readParagraphs, readPrice, readTime } from './read-field.ts'
import { MAX_ADDRESS, MAX_NAME, MAX_WORD, readRecord } from './read-record.ts'

/** Several pages of text; a longer one is a mistake of the source. */
const MAX_DESCRIPTION = 20_000

/** A product in our terms, or the first field that cannot be read. Unknown fields are ignored. @see suppliers.md 5 */
export function readProduct(raw: unknown): Result<SourceRecord<FeedProduct>, Rejection> {
  return readRecord(raw, 'id_produk', 'nama_produk', (reader, name) => ({
    version: readTime(reader, 'updated_at'),
    value: {
      name,
      slug: readLine(reader, 'slug', MAX_NAME),
      description: readParagraphs(reader, 'deskripsi', MAX_DESCRIPTION),
      registrationNumber: readLine(reader, 'bpom', MAX_WORD),
      priceGeneral: readPrice(reader, 'harga_umum'),
      priceConsultant: readPrice(reader, 'harga_consultant'),
      priceSupervisor: readPrice(reader, 'harga_supervisor'),
      priceManager: readPrice(reader, 'harga_manager'),
      priceDirector: readPrice(reader, 'harga_director'),
      pictureUrl: readAddress(reader, 'foto_produk', MAX_ADDRESS),
      pictureAlt: readLine(reader, 'foto_alt', MAX_NAME),
    },
  }))
}
