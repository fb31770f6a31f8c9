import type { Environment } from '#platform/config.ts'

/** Where a command writes: results on standard output, everything about them on standard error. */
export type Terminal = {
  /** One line of a result. */
  print(line: string): void
  /** One line about progress, trouble, or what to do next. */
  tell(line: string): void
  /** Text for a display that is drawn anew in place. */
  draw(text: string): void
  /** Whether such a display makes sense: a person looks at standard error. */
  isLive: boolean
  hasColor: boolean
  columns(): number
  rows(): number
}

/** Where nobody knows the size of the window. */
const USUAL_COLUMNS = 80
const USUAL_ROWS = 24

/** The terminal of this process. Respects `NO_COLOR` and `TERM=dumb`; a reader who leaves (`| head`) ends nothing. */
export function processTerminal(env: Environment): Terminal {
  forgiveClosedPipes()
  const { stdout, stderr } = process
  const isLive = stderr.isTTY && env['TERM'] !== 'dumb'
  return {
    print: (line) => void stdout.write(`${line}\n`),
    tell: (line) => void stderr.write(`${line}\n`),
    draw: (text) => void stderr.write(text),
    isLive,
    hasColor: isLive && !env['NO_COLOR'],
    columns: () => stderr.columns || USUAL_COLUMNS,
    rows: () => stderr.rows || USUAL_ROWS,
  }
}

const forgiven = new Set<NodeJS.WriteStream>()

/** Lets writes to a closed pipe fail quietly; a synchronisation must not die because `head` has seen enough. */
export function forgiveClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    if (forgiven.has(stream)) continue
    forgiven.add(stream)
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
}
