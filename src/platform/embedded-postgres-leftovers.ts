import { readFile, realpath, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { isAlive, isTaken, processesIn } from './process-identity.ts'

/** How often a stopping server is looked at. */
const LOOK_EVERY_MS = 25
/** A fast shutdown writes a checkpoint; a small shop's takes well below this. */
const FAST_STOP_MS = 10_000
const HARD_STOP_MS = 3_000
/** Above any process number a kernel hands out, so certainly not running. */
const IMPOSSIBLE_PID = 999_999_999

/** First lines of postmaster.pid: the server's process number, and whether it takes connections. */
export type PostmasterFile = { pid: number; port: number; ready: boolean }

/** What postmaster.pid says, or undefined when there is none. */
export async function readPostmasterFile(dataDir: string): Promise<PostmasterFile | undefined> {
  try {
    const lines = (await readFile(path.join(dataDir, 'postmaster.pid'), 'utf8')).split('\n')
    return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' }
  } catch {
    return undefined
  }
}

/**
 * Ends whatever still runs on this data folder after its supervisor was killed: a whole server is shut down
 * cleanly; children without a postmaster are killed, which is safe because recovery follows. Call only while
 * holding the owner file. postmaster.pid itself is never removed: PostgreSQL finds forgotten shared memory by it.
 */
export async function clearLeftovers(dataDir: string): Promise<void> {
  const folder = await realpath(dataDir).catch(() => dataDir)
  const file = await readPostmasterFile(dataDir)
  if (file !== undefined && isAlive(file.pid)) {
    if (process.platform !== 'linux' || (await processesIn(folder)).includes(file.pid))
      await stopServer(file.pid)
  }
  if (file !== undefined && isTaken(file.pid)) await disownPostmasterFile(dataDir, file.pid)
  const orphans = await processesIn(folder)
  signalAll(orphans, 'SIGQUIT')
  await untilGone(orphans, HARD_STOP_MS)
  signalAll(orphans, 'SIGKILL')
  await untilGone(orphans, HARD_STOP_MS)
}

/** Shuts a server down: fast, then without a checkpoint, then by force. Every way is safe for the data. */
export async function stopServer(pid: number): Promise<void> {
  signalAll([pid], 'SIGINT')
  if (await untilGone([pid], FAST_STOP_MS)) return
  signalAll([pid], 'SIGQUIT')
  if (await untilGone([pid], HARD_STOP_MS)) return
  signalAll([pid], 'SIGKILL')
  await untilGone([pid], HARD_STOP_MS)
}

/**
 * The number in the file now belongs to another program, or to a dead process that nobody collects; the new
 * server would take it for its predecessor. The rest of the file stays, and with it the safety it gives.
 */
async function disownPostmasterFile(dataDir: string, pid: number): Promise<void> {
  const file = path.join(dataDir, 'postmaster.pid')
  const [first, ...rest] = (await readFile(file, 'utf8').catch(() => '')).split('\n')
  if (first === String(pid)) await writeFile(file, [String(IMPOSSIBLE_PID), ...rest].join('\n'))
}

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal)
    } catch {
      // Gone already, which is what we want.
    }
  }
}

async function untilGone(pids: readonly number[], timeoutMs: number): Promise<boolean> {
  for (let waited = 0; waited <= timeoutMs; waited += LOOK_EVERY_MS) {
    if (!pids.some(isAlive)) return true
    await pause(LOOK_EVERY_MS)
  }
  return false
}
