import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { PROJECT_DIR, type Environment } from '#platform/config.ts'

/** The provider sandboxes in a process of their own: `urls` by provider, plus `index`. */
export type SandboxProcess = { urls: Record<string, string>; stop(): Promise<void> }

/** More often than this within one shop's life, and something is wrong that restarting does not cure. */
const RESTART_LIMIT = 5
const STOP_TIMEOUT_MS = 3_000

/**
 * Starts the sandboxes and waits until they answer. They end with us, even when we are killed, because their
 * standard input closes then; when they die alone they are started again on the same ports.
 */
export async function startSandboxProcess(
  env: Environment,
  onNotice: (text: string) => void,
): Promise<SandboxProcess> {
  let running = await spawnSandboxes(env)
  let stopping = false
  let restarts = 0
  const port = new URL(running.urls['index'] ?? '').port

  function watch(child: ChildProcess): void {
    child.once('exit', () => {
      if (stopping || restarts >= RESTART_LIMIT) return
      restarts += 1
      onNotice(
        'Simulator penyedia mati dan dinyalakan lagi. The provider sandboxes died and are started again.',
      )
      restart().catch((error: unknown) => onNotice(String(error)))
    })
  }
  async function restart(): Promise<void> {
    running = await spawnSandboxes({ ...env, SANDBOX_PORT: port })
    if (stopping) running.child.kill('SIGTERM')
    else watch(running.child)
  }
  watch(running.child)
  return {
    urls: running.urls,
    async stop() {
      stopping = true
      await endChild(running.child)
    },
  }
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const deadline = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
  await ended
  clearTimeout(deadline)
}

async function spawnSandboxes(
  env: Environment,
): Promise<{ child: ChildProcess; urls: Record<string, string> }> {
  // Its own session: Ctrl-C reaches us alone, and we end the sandboxes after the shop.
  const child = spawn(process.execPath, [path.join(PROJECT_DIR, 'sandboxes', 'main.ts')], {
    env: { ...env, LAPAK_PARENT_PIPE: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  const lines = createInterface({ input: child.stdout })
  const first = await Promise.race([once(lines, 'line'), once(child, 'exit')])
  if (typeof first[0] !== 'string')
    throw new Error('Simulator penyedia tidak mau jalan. The provider sandboxes do not start.')
  lines.on('line', () => undefined)
  const { sandboxes } = JSON.parse(first[0]) as { sandboxes: Record<string, string> }
  return { child, urls: sandboxes }
}
