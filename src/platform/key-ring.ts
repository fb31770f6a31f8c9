import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import * as z from 'zod'
import { ConfigError } from './config-variables.ts'
import type { KeyRing } from './sealing.ts'

const KEY_BYTES = 32

const key = z.string().transform((text, context) => {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length !== KEY_BYTES) context.addIssue('each key must be 32 bytes in base64')
  return bytes
})

const keyFile = z.object({
  current: z.string().min(1),
  sealing: z.record(z.string(), key),
  fingerprint: key,
  tracking: key,
})

/** Thrown when there is no usable key file; the message says why and what to do. */
export class KeyFileError extends ConfigError {
  constructor(file: string, reason: string) {
    super(
      `✗ Berkas kunci ${file} tidak bisa dipakai (${reason}). Pasang kembali dari cadangan; ` +
        'hanya toko yang benar-benar baru boleh membuat yang baru: npx lapak keys create <berkas>.\n' +
        '  The key file cannot be used. Put it back from your backup; ' +
        'only a shop that is really new may create one: npx lapak keys create <file>.',
    )
    this.name = 'KeyFileError'
  }
}

/** The key ring in `file`. Throws `KeyFileError` when the file is missing, malformed or names no current key. */
export async function readKeyRing(file: string): Promise<KeyRing> {
  const parsed = keyFile.safeParse(await readJson(file))
  if (!parsed.success)
    throw new KeyFileError(file, parsed.error.issues.map((issue) => issue.message).join('; '))
  const { current, sealing, fingerprint, tracking } = parsed.data
  const ring = { current, sealing: new Map(Object.entries(sealing)), fingerprint, tracking }
  if (!ring.sealing.has(current)) throw new KeyFileError(file, `the current key "${current}" is missing`)
  return ring
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    // The parser's own message would quote the file.
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'not JSON'
    throw new KeyFileError(file, code)
  }
}

/** Creates a key file with fresh random keys, readable by its owner only. Fails when the file exists. */
export async function createKeyFile(file: string): Promise<void> {
  const fresh = (): string => randomBytes(KEY_BYTES).toString('base64')
  const content = { current: 'k1', sealing: { k1: fresh() }, fingerprint: fresh(), tracking: fresh() }
  await writeFile(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
}
