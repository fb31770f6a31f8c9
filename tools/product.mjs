// Runs the product's command line under the bundled Node, and ends it when we are ended in whatever way.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { ROOT, bundledNode } from './project.mjs'

/** The product finds the pipe that tells it about our death under this number. */
const PARENT_PIPE = 3
/**
 * Young memory of 24 MiB instead of 48: pages of a large list die there all the same, and the process needs a third
 * less. Benchmarks start their processes with the same flag.
 */
const NODE_FLAGS = ['--max-semi-space-size=8']
/** How often we look whether npm, which started us, is still there. */
const LOOK_FOR_NPM_MS = 500
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** Runs `src/cli/main.ts` with `args` and exits with its code. Signals are handed on. */
export function runProduct(args) {
  const child = spawn(bundledNode(), [...NODE_FLAGS, path.join(ROOT, 'src', 'cli', 'main.ts'), ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    // React chooses its slow development build for any other NODE_ENV.
    env: { ...process.env, NODE_ENV: 'production', LAPAK_PARENT_FD: String(PARENT_PIPE) },
  })
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal))
  const watch = watchNpm(() => child.kill('SIGTERM'))
  child.on('error', (error) => {
    process.stderr.write(`✗ ${error.message}\n`)
    process.exit(1)
  })
  child.on('close', (code, signal) => {
    clearInterval(watch)
    process.exit(code ?? (signal === 'SIGINT' ? 130 : 143))
  })
}

/** npm killed with -9 cannot tell us; a shop nobody can stop from its terminal any more must stop itself. */
function watchNpm(onGone) {
  if (process.platform !== 'linux' || !process.env.npm_lifecycle_event) return undefined
  const starters = () => {
    const shell = process.ppid
    const isShell = /^(sh|dash|bash)$/.test(readFile(`/proc/${shell}/comm`).trim())
    return isShell ? `${shell} ${parentOf(shell)}` : String(shell)
  }
  const first = starters()
  const timer = setInterval(() => {
    if (starters() === first) return
    clearInterval(timer)
    onGone()
  }, LOOK_FOR_NPM_MS)
  timer.unref()
  return timer
}

function parentOf(pid) {
  const stat = readFile(`/proc/${pid}/stat`)
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]
}

function readFile(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
