import { mkdir, open, readdir, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { checkBlobKey, encodeBlobKey, type BlobStore } from '#platform/blob-store.ts'
import { systemClock } from '#platform/clock.ts'
import { newId } from '#platform/ids.ts'
import { typeOfName } from './file-types.ts'

/** Files being written. No key begins with a dot, so nothing in here is ever taken for a stored file. */
const UNFINISHED = '.unfinished'
/** No write takes this long: the process that began it is gone. */
const DRAFT_LOST_AFTER_MS = 3_600_000
/** Content types of files whose name does not tell them. */
const TYPES = '.types'

/**
 * Blobs in a folder of this machine. A file appears whole or not at all, even when the machine loses power: it is
 * written and flushed beside its place and then renamed.
 */
export function createLocalBlobs(options: { folder: string; urlPrefix: string }): BlobStore {
  const root = path.resolve(options.folder)
  const fileOf = (key: string): string => {
    checkBlobKey(key)
    return path.join(root, ...key.split('/'))
  }
  let isSwept = false
  async function sweepOnce(): Promise<void> {
    if (isSwept) return
    isSwept = true
    await sweepDrafts(root)
  }
  const typeFileOf = (key: string): string => path.join(root, TYPES, ...key.split('/'))
  return {
    async put(key, blob) {
      const file = fileOf(key)
      if (await exists(root, file)) return
      await sweepOnce()
      if (typeOfName(key) !== blob.contentType)
        await writeWhole(root, typeFileOf(key), Buffer.from(blob.contentType))
      await writeWhole(root, file, blob.body)
    },
    async get(key) {
      const body = await readIfAny(root, fileOf(key))
      if (body === undefined) return undefined
      const told = await readIfAny(root, typeFileOf(key))
      return { body, contentType: told?.toString() ?? typeOfName(key) ?? 'application/octet-stream' }
    },
    async has(key) {
      return exists(root, fileOf(key))
    },
    async remove(key) {
      const file = fileOf(key)
      if (!(await exists(root, file))) return
      await rm(file, { force: true })
      await rm(typeFileOf(key), { force: true })
    },
    list: (prefix) => walk(root, '', prefix),
    urlOf(key) {
      checkBlobKey(key)
      return `${options.urlPrefix.replace(/\/$/, '')}/${encodeBlobKey(key)}`
    },
  }
}

/** Removes what killed processes left half written; once per process, before its first write. */
async function sweepDrafts(root: string): Promise<void> {
  const folder = path.join(root, UNFINISHED)
  const lostBefore = systemClock.now().getTime() - DRAFT_LOST_AFTER_MS
  for (const { name } of await namesIn(root, UNFINISHED)) {
    const draft = path.join(folder, name)
    const found = await unlessAbsent(root, stat(draft))
    if (found && found.mtimeMs < lostBefore) await rm(draft, { force: true })
  }
}

async function writeWhole(root: string, file: string, body: Uint8Array): Promise<void> {
  const draft = path.join(root, UNFINISHED, newId())
  await mkdir(path.dirname(draft), { recursive: true })
  await mkdir(path.dirname(file), { recursive: true })
  try {
    await flushed(await open(draft, 'wx'), (handle) => handle.writeFile(body))
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
  await flushed(await open(path.dirname(file), 'r'))
}

async function flushed(handle: FileHandle, write?: (handle: FileHandle) => Promise<void>): Promise<void> {
  try {
    await write?.(handle)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function exists(root: string, file: string): Promise<boolean> {
  const found = await unlessAbsent(root, stat(file))
  return found?.isFile() ?? false
}

function readIfAny(root: string, file: string): Promise<Buffer | undefined> {
  return unlessAbsent(root, readFile(file))
}

/** Nothing there, a folder of that name, or a file where the path needs a folder: no blob has this key. */
const ABSENT = /^(?:ENOENT|ENOTDIR|EISDIR)$/

/** The answer, or undefined when there is no such file. Throws when the whole folder cannot be what it should be. */
async function unlessAbsent<T>(root: string, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (!ABSENT.test(codeOf(error))) throw error
    await checkRoot(root)
    return undefined
  }
}

/** A folder that does not exist yet is an empty store; a file in its place is a mistake of the configuration. */
async function checkRoot(root: string): Promise<void> {
  try {
    if ((await stat(root)).isDirectory()) return
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw error
  }
  throw new Error('the folder of files is not a folder')
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** Folder by folder, so that memory holds the names of one folder at a time. */
async function* walk(root: string, folder: string, prefix: string): AsyncIterable<string> {
  for (const entry of await namesIn(root, folder)) {
    if (entry.name.startsWith('.')) continue
    const key = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) {
      const below = `${key}/`
      if (below.startsWith(prefix) || prefix.startsWith(below)) yield* walk(root, key, prefix)
    } else if (key.startsWith(prefix)) yield key
  }
}

async function namesIn(root: string, folder: string) {
  const entries = await unlessAbsent(root, readdir(path.join(root, folder), { withFileTypes: true }))
  return (entries ?? []).sort((a, b) => (a.name < b.name ? -1 : 1))
}
