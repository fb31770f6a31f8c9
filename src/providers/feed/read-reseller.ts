import type { FeedReseller } from '../../resellers/ports.ts'
import type { Result } from '../../shared/result.ts'
import type { Rejection, SourceRecord } from '../../sync/ports.ts'
import { describe, fail, readAddress, readLine, readTime, type FieldReader } from './read-field.ts'
import { MAX_ADDRESS, MAX_NAME, MAX_WORD, readRecord } from './read-record.ts'

const ENABLED = new Set(['aktif', 'active', '1', 'true'])
const DISABLED = new Set(['nonaktif', 'non-aktif', 'tidak aktif', 'inactive', '0', 'false'])

/** A reseller in our terms, or the first field that cannot be read. Unknown fields are ignored. @see suppliers.md 5 */
export function readReseller(raw: unknown): Result<SourceRecord<FeedReseller>, Rejection> {
  return readRecord(raw, 'id_reseller', 'nama_reseller', (reader, name) => ({
    version: readTime(reader, 'updated_at'),
    value: {
      name,
      phone: readLine(reader, 'nomor_hp', MAX_WORD),
      area: readLine(reader, 'area', MAX_WORD),
      level: readLine(reader, 'level', MAX_WORD),
      uplineExternalId: readLine(reader, 'id_upline', MAX_NAME),
      facebook: readLine(reader, 'facebook', MAX_NAME),
      instagram: readLine(reader, 'instagram', MAX_NAME),
      isEnabled: readEnabled(reader),
      pictureUrl: readAddress(reader, 'foto_reseller', MAX_ADDRESS),
      pictureAlt: readLine(reader, 'foto_alt', MAX_NAME),
    },
  }))
}

/**
 * The record without what is not ours to keep: bank, street address, e-mail, and whatever the source adds tomorrow.
 * Done before anything else sees it, as a record that cannot be read is stored as it came.
 */
export function withoutPrivateData(raw: unknown): unknown {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return null
  const row = raw as Record<string, unknown>
  return {
    id_reseller: row.id_reseller,
    nama_reseller: row.nama_reseller,
    nomor_hp: row.nomor_hp,
    area: row.area,
    level: row.level,
    id_upline: row.id_upline,
    facebook: row.facebook,
    instagram: row.instagram,
    status: row.status,
    foto_reseller: row.foto_reseller,
    foto_alt: row.foto_alt,
    updated_at: row.updated_at,
  }
}

/** Older feeds have no status: whom they list is active. */
function readEnabled(reader: FieldReader): boolean {
  const raw = reader.row.status
  if (typeof raw === 'boolean') return raw
  const word = readLine(reader, 'status', MAX_WORD)?.toLowerCase()
  if (word === undefined || ENABLED.has(word)) return true
  if (!DISABLED.has(word)) fail(reader, 'status', `an unknown word: ${describe(raw)}`)
  return false
}
