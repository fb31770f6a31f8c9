import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import type { Sandbox } from './sandbox.ts'

/** A killed process loses at most this much. */
const SAVE_EVERY_MS = 1_000

/** Keeps one sandbox's state in a file. */
export type SavedState = {
  /** Writes the state now, if it changed since the last time. */
  save(): void
  /** Saves a last time and stops the timer. */
  close(): Promise<void>
}

/**
 * Restores the sandbox from `<folder>/<name>.state` and keeps that file current, so that a restarted demo
 * still knows its open payments and orders. A file that cannot be read counts as absent.
 */
export function keepState(sandbox: Sandbox, folder: string, name: string): SavedState {
  const file = join(folder, `${name}.state`)
  mkdirSync(folder, { recursive: true })
  restore(sandbox, file)
  let last: Buffer | undefined
  function save(): void {
    const bytes = serialize(sandbox.save?.())
    if (last?.equals(bytes)) return
    writeFileSync(`${file}.new`, bytes)
    renameSync(`${file}.new`, file)
    last = bytes
  }
  const timer = setInterval(save, SAVE_EVERY_MS)
  timer.unref()
  return {
    save,
    async close() {
      clearInterval(timer)
      save()
    },
  }
}

function restore(sandbox: Sandbox, file: string): void {
  try {
    sandbox.restore?.(deserialize(readFileSync(file)))
  } catch {
    // Absent or from another version: the sandbox starts empty.
  }
}
