import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { holdsSealedRows } from '#reports'
import type { Config } from '#platform/config.ts'
import { openDatabase } from '#platform/database.ts'
import { KeyFileError, createKeyFile } from '#platform/key-ring.ts'

/**
 * Creates the key file of a demo that is new. Throws `KeyFileError` when the operator named the file, or when the
 * database holds what other keys sealed: new keys would only hide that the old ones are lost. Needs a migrated database.
 */
export async function ensureKeys(config: Config): Promise<void> {
  const { keysFile } = config
  if ((await stat(keysFile).catch(() => undefined)) !== undefined) return
  if (config.keysFileFixed) throw new KeyFileError(keysFile, 'ENOENT')
  const db = openDatabase({ url: config.database.directUrl.reveal(), connections: 1 })
  try {
    if (await holdsSealedRows(db))
      throw new KeyFileError(
        keysFile,
        'hilang, padahal database berisi data tersegel / missing, but the database holds sealed data',
      )
  } finally {
    await db.close()
  }
  await mkdir(path.dirname(keysFile), { recursive: true })
  await createKeyFile(keysFile)
}
