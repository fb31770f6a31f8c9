import { mix, pick } from './mix.ts'
import {
  AREAS,
  BANKS,
  BRANDS,
  EDITIONS,
  FIRST_NAMES,
  KINDS,
  LAST_NAMES,
  LEVELS,
  SIZES,
  VARIANTS,
} from './words.ts'

/** What a row's text depends on beside its index. */
export type RowContext = {
  /** Origin of picture addresses. */
  origin: string
  /** Rows from this index on have no picture of their own. */
  pictures: number
  /** Whether rows tell when they changed. */
  hasTimes: boolean
}

/** Salts: each property of a row has a hash of its own. */
const NAME_SALT = 0x51
const PRICE_SALT = 0x52
const EDITION_SALT = 0x53
const PICTURE_SALT = 0x54
const PERSON_SALT = 0x55

/**
 * Returns a product as JSON text. Written as one template: `JSON.stringify` of an object costs several times as much,
 * and a million rows are asked for. No word of ours needs escaping.
 */
export function productText(index: number, revision: number, updatedAt: string, context: RowContext): string {
  const hash = mix(index, NAME_SALT)
  const kind = pick(KINDS, hash)
  const variant = pick(VARIANTS, hash >>> 8)
  const edition = mix(index, EDITION_SALT + revision)
  const suffix = revision > 0 && edition % 4 === 0 ? ` ${pick(EDITIONS, edition >>> 4)}` : ''
  const name = `${pick(BRANDS, hash >>> 4)} ${kind} ${variant} ${pick(SIZES, hash >>> 12)}${suffix}`
  const general = 15_000 + (mix(index, PRICE_SALT) % 400) * 500 + revision * 500
  const id = rowId('P', index)
  const slug = index % 3 === 1 ? `"slug":"produk-${index + 1}",` : ''
  const alt = index % 3 === 0 ? `"foto_alt":"Foto ${kind} ${variant}",` : ''
  const times = context.hasTimes ? `,"updated_at":"${updatedAt}"` : ''
  return `{"id_produk":"${id}","nama_produk":"${name}",${slug}"bpom":"NA18${String(hash).padStart(10, '0')}","harga_director":"${share(general, 70)}","harga_manager":"${share(general, 75)}","harga_supervisor":"${share(general, 80)}","harga_consultant":"${index % 97 === 5 ? 0 : share(general, 90)}","harga_umum":"${general}${index % 5 === 2 ? '.00' : ''}","foto_produk":"${pictureUrl('produk', id, index, revision, context)}",${alt}"deskripsi":"${kind} dengan ${variant}, dibuat untuk pemakaian sehari-hari. Simpan di tempat sejuk dan kering."${times}}`
}

/** Returns a reseller as JSON text, with the personal and bank data that such a feed carries. */
export function resellerText(
  index: number,
  revision: number,
  updatedAt: string,
  context: RowContext,
): string {
  const hash = mix(index, PERSON_SALT)
  const first = pick(FIRST_NAMES, hash)
  const last = pick(LAST_NAMES, hash >>> 6)
  const area = pick(AREAS, hash >>> 10)
  const account = first.toLowerCase() + (index + 1)
  const id = rowId('R', index)
  // One in fifty shares her number with the one before.
  const phone = `08${String(1_100_000_000 + ((index % 50 === 7 ? index - 1 : index) % 800_000_000) + revision)}`
  const upline = index === 0 ? 'null' : `"${rowId('R', hash % index)}"`
  const level = pick(LEVELS, (hash >>> 14) + revision)
  const times = context.hasTimes ? `,"updated_at":"${updatedAt}"` : ''
  return `{"id_reseller":"${id}","nama_reseller":"${first} ${last}","nomor_hp":"${phone}","area":"${area[0]}","id_upline":${upline},"level":"${level}","facebook":"${account}","instagram":"@${account}","foto_reseller":"${pictureUrl('reseller', id, index, revision, context)}","email":"${account}@contoh.test","alamat":"Jalan Melati Nomor ${(hash % 200) + 1}","provinsi":"${area[2]}","kabupaten":"${area[1]}","kecamatan":"Kecamatan ${(hash % 9) + 1}","bank":"${pick(BANKS, hash >>> 3)}","rekening":"${7_000_000_000 + index}","status":"${index % 20 === 19 ? 'nonaktif' : 'aktif'}"${times}}`
}

/** Returns the id of a row: a letter and seven digits. */
export function rowId(letter: 'P' | 'R', index: number): string {
  return `${letter}${String(index + 1).padStart(7, '0')}`
}

/** Returns the index behind an id, or undefined. */
export function rowIndex(id: string): number | undefined {
  const match = /^[PR](\d{7,})$/.exec(id)
  return match ? Number(match[1]) - 1 : undefined
}

/** Returns which content the picture of a row has; some changes of a row come with another picture. */
export function pictureVersion(index: number, revision: number): number {
  return revision > 0 && mix(index, PICTURE_SALT + revision) % 8 === 0 ? revision : 0
}

/** Some rows have no picture, some share one, a few of the rest say by their address that it changed. */
function pictureUrl(
  folder: 'produk' | 'reseller',
  id: string,
  index: number,
  revision: number,
  { origin, pictures }: RowContext,
): string {
  if (index >= pictures) return index % 8 === 0 ? `${origin}/images/placeholder.png` : ''
  if (index % 10 === 9) return ''
  if (index % 10 === 3 || index % 10 === 6) return `${origin}/images/placeholder.png`
  const version = pictureVersion(index, revision)
  const query = version > 0 && index % 2 === 1 ? `?v=${version}` : ''
  return `${origin}/images/${folder}/${id}.${index % 3 === 0 ? 'jpg' : 'png'}${query}`
}

function share(amount: number, percent: number): number {
  return Math.floor((amount * percent) / 10_000) * 100
}
