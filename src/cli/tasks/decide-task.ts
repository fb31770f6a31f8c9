import { EXIT, UsageError, type ExitCode } from '../command.ts'
import { formatRupiah } from '#shared/money.ts'
import { safeText } from '../sync/words.ts'
import type { TasksCall } from './tasks-command.ts'

const USAGE = 'tulis / write: tasks decide <id> <action> --key value …'
const REFUND_USAGE = 'tulis / write: tasks refund <order> --reason text [--line n] [--amount Rp]'

/** Carries out a decision about a task. */
export async function decideTask({ app, args, terminal, by }: TasksCall): Promise<ExitCode> {
  const [id, action, ...rest] = args
  if (id === undefined || action === undefined || action.startsWith('--')) throw new UsageError(USAGE)
  const decided = await app.tasks.decide(id, { action, values: readValues(rest, USAGE) }, by)
  if (decided.ok) {
    terminal.tell('✓ Sudah dicatat. It is done and on record.')
    return EXIT.ok
  }
  terminal.tell(`✗ ${REFUSALS[decided.error.code]} (${safeText(decided.error.detail)})`)
  if (decided.error.code !== 'not_found') terminal.tell(`→ npx lapak tasks show ${id}`)
  return decided.error.code === 'not_allowed' ? EXIT.failed : EXIT.usage
}

/** Gives money of an order back. */
export async function refundOrder({ app, args, terminal, by }: TasksCall): Promise<ExitCode> {
  const [order, ...rest] = args
  const { reason, line, amount, ...others } = readValues(rest, REFUND_USAGE)
  if (order === undefined || reason === undefined || Object.keys(others).length > 0)
    throw new UsageError(REFUND_USAGE)
  const wish = {
    reason,
    ...(line === undefined ? {} : { line: readNumber(line) }),
    ...(amount === undefined ? {} : { amount: readNumber(amount) }),
  }
  const given = await app.tasks.refund(order, wish, by)
  if (given.ok) {
    const sum = formatRupiah(given.value.amount)
    terminal.tell(`✓ ${sum} dikembalikan lewat cara bayarnya. ${sum} goes back the way it was paid.`)
    return EXIT.ok
  }
  terminal.tell(`✗ ${REFUSALS[given.error.code]} (${safeText(given.error.detail)})`)
  return given.error.code === 'not_allowed' ? EXIT.failed : EXIT.usage
}

const REFUSALS = {
  not_found: 'Tidak ada (lagi). There is none (any more).',
  not_allowed: 'Tidak dijalankan. Not carried out.',
  invalid_request: 'Belum lengkap atau salah. Incomplete or wrong.',
} as const

/** `--key value` pairs; names and values as they are. */
function readValues(words: readonly string[], usage: string): Record<string, string> {
  const values: Record<string, string> = {}
  for (let index = 0; index < words.length; index += 2) {
    const [, name] = /^--([a-zA-Z]{1,40})$/.exec(words[index] ?? '') ?? []
    const value = words[index + 1]
    if (name === undefined || value === undefined || name in values) throw new UsageError(usage)
    values[name] = value
  }
  return values
}

function readNumber(text: string): number {
  if (!/^\d{1,11}$/.test(text)) throw new UsageError(REFUND_USAGE)
  return Number(text)
}
