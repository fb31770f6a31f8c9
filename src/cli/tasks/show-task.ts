import { EXIT, UsageError, type ExitCode } from '../command.ts'
import { safeText } from '../sync/words.ts'
import { taskPage } from './task-lines.ts'
import type { TasksCall } from './tasks-command.ts'

const GONE = 'Tugas ini tidak ada (lagi). There is no such task (any more).'

/** Shows one task: what is known, what to do next, and how to decide it. */
export async function showTask({ app, args, terminal, now }: TasksCall): Promise<ExitCode> {
  const [id, ...rest] = args
  if (id === undefined || rest.length > 0) throw new UsageError('tulis / write: tasks show <id>')
  const task = await app.tasks.find(id)
  if (task === undefined) {
    terminal.tell(`✗ ${GONE}`)
    return EXIT.usage
  }
  for (const line of taskPage(task, now)) terminal.print(line)
  const isPaidByHand =
    task.kind === 'refund_manual' || task.actions.some(({ action }) => action === 'paid_back')
  if (isPaidByHand) terminal.tell(`→ nomor rekening / the account: npx lapak tasks account ${task.id}`)
  return EXIT.ok
}

/** Shows where a refund by hand goes; who looked is put on record. */
export async function openAccount({ app, args, terminal, by }: TasksCall): Promise<ExitCode> {
  const [id, ...rest] = args
  if (id === undefined || rest.length > 0) throw new UsageError('tulis / write: tasks account <id>')
  const account = await app.tasks.account(id, by)
  if (account === undefined) {
    terminal.tell('✗ Pembeli belum menulis rekening. The buyer has named no account yet.')
    return EXIT.failed
  }
  terminal.print(`${safeText(account.bank)}  ${account.number}  ${safeText(account.holder)}`)
  return EXIT.ok
}
