import { formatRupiah } from '#shared/money.ts'
import type { Task } from '../../reports/task-view.ts'
import { both, safeText, type Words } from '../sync/words.ts'

const OWNERS: Readonly<Record<Task['owner'], Words>> = {
  staff: ['Anda', 'you'],
  supplier: ['pemasok', 'supplier'],
  gateway: ['gateway', 'gateway'],
  buyer: ['pembeli', 'buyer'],
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** How long something waits: `3 jam/h`. */
export function ageOf(since: string, now: Date): string {
  const age = Math.max(0, now.getTime() - new Date(since).getTime())
  if (age >= DAY_MS) return `${Math.floor(age / DAY_MS)} hari/d`
  if (age >= HOUR_MS) return `${Math.floor(age / HOUR_MS)} jam/h`
  return `${Math.floor(age / MINUTE_MS)} menit/min`
}

/** One task in two lines: how long, who, what and how much; and its id. */
export function taskLines(task: Task, now: Date): string[] {
  const facts = [
    ageOf(task.since, now).padEnd(12),
    both(OWNERS[task.owner]),
    safeText(task.title),
    ...(task.orderNumber === null ? [] : [task.orderNumber]),
    ...(task.amount === null ? [] : [formatRupiah(task.amount)]),
  ]
  return [facts.join('  '), `    ${task.titleEn}  ·  ${task.id}`]
}

/** Everything about a task: what is known, what to do, and the commands that decide it. */
export function taskPage(task: Task, now: Date): string[] {
  return [
    ...taskLines(task, now),
    ...(task.detail === '' ? [] : [`    ${safeText(task.detail)}`]),
    '',
    `  → ${safeText(task.todo)}`,
    `    ${safeText(task.todoEn)}`,
    '',
    ...task.actions.flatMap(({ action, label, labelEn, needs }) => [
      `  npx lapak tasks decide ${task.id} ${action}${needs.map((name) => ` --${name} …`).join('')}`,
      `      ${label} / ${labelEn}`,
    ]),
  ]
}
