/**
 * Named places where a test can stop the process for good. Every transaction has three of them by
 * construction (`<name>.before`, `.inside`, `.after`); provider calls have two (`<name>.call`, `.answered`).
 * `LAPAK_FAILPOINT="orders.place.inside"` kills the process the first time it gets there, `"…#3"` the third
 * time. A production start refuses the variable.
 */
type Armed = { name: string; countdown: number }

let armed: Armed | null = null

/** Arms one failpoint for this process. Called once at start, from the configuration. */
export function armFailpoint(specification: string | undefined): void {
  if (!specification) return
  const [name = '', count = '1'] = specification.split('#')
  armed = { name, countdown: Number(count) }
}

/** Kills the process with SIGKILL when this failpoint is armed and due; otherwise does nothing. */
export function failpoint(name: string): void {
  if (armed === null || armed.name !== name) return
  armed.countdown -= 1
  if (armed.countdown === 0) process.kill(process.pid, 'SIGKILL')
}
