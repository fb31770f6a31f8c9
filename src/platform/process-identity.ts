import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile, readlink, readdir } from 'node:fs/promises'

/** A process that can be told apart from a later one with the same number. */
export type ProcessIdentity = { pid: number; started: string }

/** Position of the start time in /proc/<pid>/stat, counted after the name, which may contain spaces. */
const START_TIME_FIELD = 19

/** The identity of a running process, or undefined when there is none with this number. */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | undefined> {
  if (!isAlive(pid)) return undefined
  if (process.platform !== 'linux') {
    const shown = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim()
    return shown === '' ? undefined : { pid, started: shown }
  }
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z') return undefined
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
    return { pid, started: `${boot}:${fields[START_TIME_FIELD]}` }
  } catch {
    return undefined
  }
}

/** True while exactly this process runs. */
export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  return (await identifyProcess(identity.pid))?.started === identity.started
}

/** True when this number is taken, be it by a dead process that nobody has collected yet. */
export function isTaken(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** True when some process with this number still does something, whoever owns it. */
export function isAlive(pid: number): boolean {
  if (!isTaken(pid)) return false
  if (process.platform !== 'linux') return true
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat[stat.lastIndexOf(')') + 2] !== 'Z'
  } catch {
    return false
  }
}

/**
 * Numbers of the processes whose working folder is `folder`, as far as we may look; a PostgreSQL server and
 * its children stand in their data folder. Empty on systems without /proc.
 */
export async function processesIn(folder: string): Promise<number[]> {
  if (process.platform !== 'linux') return []
  const numbers = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    numbers.map(async (name) =>
      (await readlink(`/proc/${name}/cwd`).catch(() => '')) === folder ? Number(name) : 0,
    ),
  )
  return found.filter((pid) => pid !== 0 && pid !== process.pid)
}
