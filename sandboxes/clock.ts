/**
 * The time a sandbox lives in: real time plus whatever `advance` added. Every wait of a sandbox (expiry,
 * retries, order progress) is a task here, so a test moves the clock instead of sleeping.
 */
export type SandboxClock = {
  now(): Date
  /** Moves the clock forward and starts every task that became due, earliest first. */
  advance(ms: number): void
  /** Runs the task after `delayMs` of sandbox time; the returned function calls it off. */
  after(delayMs: number, task: () => void): () => void
  /** Forgets all tasks and returns to real time. */
  clear(): void
}

type Task = { dueAt: number; run: () => void; timer: NodeJS.Timeout | undefined }

/** Longest wait a timer accepts (2^31 − 1 ms); longer ones are armed again. */
const MAX_TIMER_MS = 2_147_483_647

/** Returns a clock with no tasks; its timers never keep the process alive. */
export function createClock(): SandboxClock {
  let offsetMs = 0
  const tasks = new Set<Task>()
  const nowMs = () => Date.now() + offsetMs

  function fire(task: Task): void {
    clearTimeout(task.timer)
    if (!tasks.delete(task)) return
    task.run()
  }

  function arm(task: Task): void {
    clearTimeout(task.timer)
    const waitMs = Math.min(Math.max(task.dueAt - nowMs(), 0), MAX_TIMER_MS)
    task.timer = setTimeout(() => (task.dueAt <= nowMs() ? fire(task) : arm(task)), waitMs)
    task.timer.unref()
  }

  return {
    now: () => new Date(nowMs()),
    advance(ms) {
      offsetMs += ms
      const due = [...tasks].filter((task) => task.dueAt <= nowMs()).sort((a, b) => a.dueAt - b.dueAt)
      due.forEach(fire)
      tasks.forEach(arm)
    },
    after(delayMs, run) {
      const task: Task = { dueAt: nowMs() + delayMs, run, timer: undefined }
      tasks.add(task)
      arm(task)
      return () => {
        clearTimeout(task.timer)
        tasks.delete(task)
      }
    },
    clear() {
      tasks.forEach((task) => clearTimeout(task.timer))
      tasks.clear()
      offsetMs = 0
    },
  }
}
