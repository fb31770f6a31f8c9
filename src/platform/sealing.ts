import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * The keys of one installation. `sealing` holds key-encryption keys by id; `current` names the one for new
 * records; older ones stay until nothing is sealed with them. Each key is 32 random bytes.
 */
export type KeyRing = {
  current: string
  sealing: ReadonlyMap<string, Buffer>
  fingerprint: Buffer
  tracking: Buffer
}

/** A sealed record and the id of the key that wraps its data key. */
export type Sealed = { sealed: Buffer; keyId: string }

/** Where a secret lives. Bound into the seal, so a blob moved to another row or column does not open. */
export type SealPlace = { table: string; column: string; id: string }

const FORMAT_VERSION = 1
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES

/**
 * Seals a text: AES-256-GCM under a fresh data key, the data key wrapped by the current key-encryption key.
 * Layout: version, wrapped key (nonce, key, tag), nonce, ciphertext, tag.
 */
export function seal(keys: KeyRing, place: SealPlace, text: string): Sealed {
  const keyId = keys.current
  const dataKey = randomBytes(KEY_BYTES)
  const wrapped = encrypt(wrappingKey(keys, keyId), wrapContext(place, keyId), dataKey)
  const body = encrypt(dataKey, placeContext(place), Buffer.from(text, 'utf8'))
  return { sealed: Buffer.concat([Buffer.from([FORMAT_VERSION]), wrapped, body]), keyId }
}

/** The text of a sealed record. Throws when the record was altered, moved, cut, or its key is missing. */
export function unseal(keys: KeyRing, place: SealPlace, record: Sealed): string {
  if (record.sealed[0] !== FORMAT_VERSION) throw new Error('sealed record of an unknown format')
  const wrapped = record.sealed.subarray(1, 1 + WRAPPED_BYTES)
  const body = record.sealed.subarray(1 + WRAPPED_BYTES)
  const dataKey = decrypt(wrappingKey(keys, record.keyId), wrapContext(place, record.keyId), wrapped)
  return decrypt(dataKey, placeContext(place), body).toString('utf8')
}

/** A keyed fingerprint: equal secrets of one scope have equal fingerprints, and nobody without the key can test a guess. */
export function fingerprint(keys: KeyRing, scope: string, text: string): Buffer {
  return createHmac('sha256', keys.fingerprint).update(`${scope}\u0000${text}`).digest()
}

/** True when both texts are equal; takes the same time wherever they differ. */
export function equalInConstantTime(a: string, b: string): boolean {
  const left = Buffer.from(a, 'utf8')
  const right = Buffer.from(b, 'utf8')
  return left.length === right.length && timingSafeEqual(left, right)
}

function wrappingKey(keys: KeyRing, keyId: string): Buffer {
  const key = keys.sealing.get(keyId)
  if (key === undefined) throw new Error(`key ${keyId} is not in the key file`)
  return key
}

function placeContext(place: SealPlace): Buffer {
  return Buffer.from(`v1|${place.table}|${place.column}|${place.id}`, 'utf8')
}

function wrapContext(place: SealPlace, keyId: string): Buffer {
  return Buffer.from(`v1|${place.table}|${place.column}|${place.id}|dek|${keyId}`, 'utf8')
}

function encrypt(key: Buffer, context: Buffer, plain: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(context)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

function decrypt(key: Buffer, context: Buffer, blob: Buffer): Buffer {
  if (blob.length < NONCE_BYTES + TAG_BYTES) throw new Error('sealed record is cut short')
  const decipher = createDecipheriv('aes-256-gcm', key, blob.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  })
  decipher.setAAD(context)
  decipher.setAuthTag(blob.subarray(blob.length - TAG_BYTES))
  return Buffer.concat([
    decipher.update(blob.subarray(NONCE_BYTES, blob.length - TAG_BYTES)),
    decipher.final(),
  ])
}
