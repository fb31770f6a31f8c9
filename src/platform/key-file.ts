import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { readKeyRing } from './key-ring.ts'

const KEY_BYTES = 32

/**
 * Adds a fresh sealing key to the file and makes it the current one; returns its id. Replaces the file in one
 * step, so that a crash leaves the old or the new one. Throws when the file is not a valid key file.
 */
export async function addSealingKey(file: string): Promise<string> {
  const ring = await readKeyRing(file)
  const content = JSON.parse(await readFile(file, 'utf8')) as {
    current: string
    sealing: Record<string, string>
  }
  const highest = Math.max(0, ...[...ring.sealing.keys()].map((id) => Number(/^k(\d+)$/.exec(id)?.[1] ?? 0)))
  const id = `k${highest + 1}`
  content.sealing[id] = randomBytes(KEY_BYTES).toString('base64')
  content.current = id
  await writeFile(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flush: true })
  await rename(`${file}.new`, file)
  return id
}
