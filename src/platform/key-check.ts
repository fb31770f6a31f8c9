import { createHash } from 'node:crypto'
import { ConfigError } from './config-variables.ts'
import type { Database } from './database.ts'
import { newId } from './ids.ts'
import { seal, unseal, type KeyRing, type SealPlace } from './sealing.ts'

/** Thrown when the keys at hand did not seal what the database holds; the message says what to do. */
export class KeyMismatch extends ConfigError {
  constructor() {
    super(
      '✗ Berkas kunci tidak cocok dengan database ini: kode yang tersimpan tidak akan bisa dibuka. ' +
        'Pasang kembali berkas kunci yang asli dari cadangan (LAPAK_KEYS).\n' +
        '  The key file does not belong to this database: the codes in it could not be opened. ' +
        'Put the original key file back from your backup (LAPAK_KEYS).',
    )
    this.name = 'KeyMismatch'
  }
}

type Check = { id: string; keyId: string; sealed: Buffer }

/**
 * Proves that the keys are those of this database. The first start with a sealing key records a value sealed with it;
 * every later one opens all recorded values, so that neither a foreign nor an outdated key file passes. Throws
 * `KeyMismatch`. Two processes may start at once.
 */
export async function checkKeysBelong(db: Database, keys: KeyRing): Promise<void> {
  const known = await readChecks(db)
  verify(known, keys)
  if (known.some((check) => check.keyId === keys.current)) return
  const id = newId()
  const { sealed, keyId } = seal(keys, placeOf(id), digestOf(keys))
  await db.once(
    'keys.record-check',
    { role: 'worker' },
    {
      text: 'insert into key_checks (id, key_id, sealed) values ($1, $2, $3) on conflict do nothing',
      values: [id, keyId, sealed],
    },
  )
  // Another process may have been faster, with other keys.
  verify(await readChecks(db), keys)
}

function verify(checks: readonly Check[], keys: KeyRing): void {
  if (!checks.every((check) => opens(check, keys))) throw new KeyMismatch()
}

function opens(check: Check, keys: KeyRing): boolean {
  try {
    return unseal(keys, placeOf(check.id), check) === digestOf(keys)
  } catch {
    return false
  }
}

function readChecks(db: Database): Promise<Check[]> {
  return db.once<Check>(
    'keys.read-checks',
    { role: 'worker' },
    { text: 'select id, key_id as "keyId", sealed from key_checks' },
  )
}

function placeOf(id: string): SealPlace {
  return { table: 'key_checks', column: 'sealed', id }
}

/** Fingerprints and tracking links depend on keys that seal nothing themselves. */
function digestOf(keys: KeyRing): string {
  const digest = createHash('sha256').update(keys.fingerprint).update(keys.tracking).digest('hex')
  return `lapak key check v1 ${digest}`
}
