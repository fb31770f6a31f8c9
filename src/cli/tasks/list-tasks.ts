import { parseArgs } from 'node:util'
import { EXIT, type ExitCode } from '../command.ts'
import { readLimit } from '../sync/list-runs.ts'
import { taskLines } from './task-lines.ts'
import type { TasksCall } from './tasks-command.ts'

/** Tasks shown when nothing is said, and at most. */
const USUAL = 50
const MOST = 10_000
/** Asked for at once. */
const PAGE = 200

/** Shows what waits for a person, longest waiting first. */
export async function listTasks({ app, args, terminal, now }: TasksCall): Promise<ExitCode> {
  const { values } = parseArgs({ args: [...args], options: { limit: { type: 'string' } } })
  const limit = readLimit(values.limit, USUAL, MOST)
  let shown = 0
  let cursor: string | null | undefined
  do {
    const page = await app.tasks.list({
      limit: Math.min(PAGE, limit - shown),
      ...(cursor ? { cursor } : {}),
    })
    for (const task of page.tasks) for (const line of taskLines(task, now)) terminal.print(line)
    shown += page.tasks.length
    cursor = page.nextCursor
  } while (cursor !== null && shown < limit)
  if (shown === 0) terminal.tell('Tidak ada yang menunggu orang. Nothing waits for a person.')
  else {
    if (cursor !== null) terminal.tell(`… masih ada lagi / there is more: --limit ${MOST}`)
    terminal.tell('→ apa yang harus dilakukan? / what to do? npx lapak tasks show <id>')
  }
  return EXIT.ok
}
