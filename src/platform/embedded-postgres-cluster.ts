import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { PostgresHome } from './embedded-postgres-home.ts'

/** Passwords of the server's two logins. */
export type Passwords = { superuser: string; lapak: string }

const PASSWORD_BYTES = 24

/** The passwords of this project; made before the cluster, so that a start that dies in between finds them again. */
export async function readPasswords(lapakData: string): Promise<Passwords> {
  const file = path.join(lapakData, 'postgres-passwords.json')
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Passwords
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  const fresh = (): string => randomBytes(PASSWORD_BYTES).toString('base64url')
  const passwords = { superuser: fresh(), lapak: fresh() }
  await writeFile(`${file}.new`, `${JSON.stringify(passwords, null, 2)}\n`, { mode: 0o600, flush: true })
  await rename(`${file}.new`, file)
  return passwords
}

/**
 * Creates the cluster with the shop's login and database, unless it exists. All of it happens in a draft folder
 * that is renamed at the end: a cluster exists completely or not at all.
 */
export async function createCluster(home: PostgresHome, passwords: Passwords): Promise<void> {
  const present = await stat(path.join(home.dataDir, 'PG_VERSION')).catch(() => undefined)
  if (present !== undefined) return
  const draft = `${home.dataDir}.new`
  const passwordSource = `${home.dataDir}.password`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { mode: 0o700 })
  await writeFile(passwordSource, passwords.superuser, { mode: 0o600 })
  if (home.user !== null) {
    await chown(draft, home.user.uid, home.user.gid)
    await chown(passwordSource, home.user.uid, home.user.gid)
  }
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const access = ['--username=postgres', '--auth=scram-sha-256', '--pwfile', passwordSource]
  await run(
    home,
    'initdb',
    ['--pgdata', draft, '--data-checksums', '--no-instructions', ...locale, ...access],
    '',
  )
  await rm(passwordSource)
  await run(home, 'postgres', ['--single', '-D', draft, 'postgres'], shopLogin(passwords.lapak))
  await rename(draft, home.dataDir)
}

/** The login of the shop: may create databases and roles (migrations need it), is not a superuser. */
function shopLogin(password: string): string {
  return [
    `create role lapak login createdb createrole nosuperuser password '${password}'`,
    'create database lapak owner lapak',
    '',
  ].join('\n')
}

async function run(home: PostgresHome, program: string, args: string[], input: string): Promise<void> {
  const child = spawn(path.join(home.binDir, program), args, {
    ...home.user,
    cwd: '/',
    env: serverEnvironment(),
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text))
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const [code] = (await once(child, 'close')) as [number | null]
  // A single-user server reports a refused statement and still ends well.
  if (code !== 0 || complaint.includes('ERROR:')) {
    throw new Error(`Database tidak bisa dibuat / cannot be created (${program}): ${complaint.trim()}`)
  }
}

/** What the server's programs see of our environment: nothing that could change how they behave. */
export function serverEnvironment(): Record<string, string> {
  return { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
}
