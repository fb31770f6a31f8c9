import path from 'node:path'
import { parseArgs } from 'node:util'
import { PROJECT_DIR, type Environment } from '#platform/config.ts'
import { addSealingKey } from '#platform/key-file.ts'
import { createKeyFile } from '#platform/key-ring.ts'
import { EXIT, UsageError, print, type ExitCode } from './command.ts'
import { checkedConfig, projectEnvironment } from './project-config.ts'

/** Creates the key file, or adds a new key that seals from now on. */
export async function runKeys(args: string[], env: Environment): Promise<ExitCode> {
  const { positionals } = parseArgs({ args, options: {}, allowPositionals: true })
  const [action, file] = positionals
  if (action === 'create' && file !== undefined) {
    await createKeyFile(path.resolve(PROJECT_DIR, file))
    print(
      `Kunci dibuat / keys created: ${file}. Simpan cadangannya di tempat aman; tanpa kunci, stok tidak terbaca.`,
    )
    print('Keep a copy in a safe place: without it the stock cannot be read.')
    return EXIT.ok
  }
  if (action !== 'rotate' || file !== undefined)
    throw new UsageError('tulis: keys create <berkas> atau keys rotate')
  const { keysFile } = checkedConfig(projectEnvironment(env))
  const id = await addSealingKey(keysFile)
  print(`Kunci baru "${id}" di ${keysFile}; mulai ulang Lapak untuk memakainya. Kunci lama tetap disimpan.`)
  print(`New key "${id}"; restart Lapak to use it. The old keys stay: what they sealed still needs them.`)
  return EXIT.ok
}
