import pg from 'pg'

/**
 * At which statement a process is killed, and whether the server still gets it. Counted from its start, or from the
 * first one named `from`.
 */
export type KillPlan = { statement: number; when: 'before' | 'after'; from?: string }

/** A statement that is sent in another form: a guard that a twin goes without. */
export type Rewrite = { find: string; replace: string }

/**
 * Counts every statement of this process, kills the process with SIGKILL at the planned one, and sends some in another
 * form, telling which. It stands between the driver and the code under test, which knows nothing of it.
 */
export function tapStatements(
  plan: KillPlan | null,
  rewrites: readonly Rewrite[],
  onRewrite: (find: string) => void,
): void {
  const original = pg.Client.prototype.query as (this: pg.Client, ...parameters: unknown[]) => unknown
  let isCounting = plan?.from === undefined
  let count = 0
  function tapped(this: pg.Client, ...parameters: unknown[]): unknown {
    isCounting ||= parameters.some((value) => nameOf(value) === plan?.from)
    if (isCounting) count += 1
    const isDue = isCounting && plan !== null && count === plan.statement
    if (isDue && plan.when === 'before') process.kill(process.pid, 'SIGKILL')
    const answer = original.call(this, ...parameters.map((value) => rewritten(value, rewrites, onRewrite)))
    // By then the statement is with the kernel, and the answer cannot have been read.
    if (isDue) process.nextTick(() => setImmediate(() => process.kill(process.pid, 'SIGKILL')))
    return answer
  }
  pg.Client.prototype.query = tapped as typeof pg.Client.prototype.query
}

function nameOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'name' in value ? value.name : undefined
}

function rewritten(value: unknown, rewrites: readonly Rewrite[], onRewrite: (find: string) => void): unknown {
  if (typeof value !== 'object' || value === null || !('text' in value) || typeof value.text !== 'string')
    return value
  const flat = value.text.replaceAll(/\s+/g, ' ')
  const due = rewrites.find(({ find }) => flat.includes(find))
  if (due === undefined) return value
  onRewrite(due.find)
  return { ...value, text: flat.replaceAll(due.find, due.replace) }
}
