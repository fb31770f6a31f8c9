import { Socket } from 'node:net'
import type { Environment } from '#platform/config.ts'

/**
 * Resolves when this process is asked to end: Ctrl-C, SIGTERM, SIGHUP, or the death of the process that
 * started it (its end of the pipe closes). A second signal changes nothing: the first one is being obeyed.
 */
export function untilAskedToStop(env: Environment): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal))
    const pipe = Number(env['LAPAK_PARENT_FD'] ?? Number.NaN)
    if (!Number.isInteger(pipe)) return
    const parent = new Socket({ fd: pipe, readable: true, writable: false })
    parent.on('error', () => resolve('parent'))
    parent.on('close', () => resolve('parent'))
    parent.resume()
    parent.unref()
  })
}
