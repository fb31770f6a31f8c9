import type { App } from '../../app.ts'
import type { RunChange } from '../../sync/run-view.ts'
import type { Terminal } from '../terminal.ts'
import { OP_WORDS, safeText } from './words.ts'

/** Lines of changes shown unless all are asked for: a few screens. */
const MAX_LINES = 200

/** Changes asked for at once. */
const PAGE = 500

/** Longest value shown; the rest is in `GET /api/runs/:id/changes`. */
const MAX_VALUE = 60

/** Room for the longest word of what happened. */
const OP_WIDTH = Math.max(...Object.values(OP_WORDS).map((word) => word.length))

/**
 * Prints what a run changed or a dry run would change, one line per field, in the same words and order for both so
 * that a diff compares them. At most 200 lines unless `isAll`. Returns whether there was anything.
 */
export async function showChanges(
  app: Pick<App, 'sync'>,
  runId: string,
  terminal: Terminal,
  isAll: boolean,
): Promise<boolean> {
  let shown = 0
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<App['sync']['listChanges']>> = await app.sync.listChanges(runId, {
      limit: PAGE,
      ...(cursor === null ? {} : { cursor }),
    })
    if (page === undefined) throw new Error('a list of changes does not know its own cursor')
    for (const line of page.changes.flatMap(changeLines)) {
      if (!isAll && shown === MAX_LINES) {
        terminal.print(`… masih ada lagi / there is more: npx lapak sync changes ${runId} --all`)
        return true
      }
      terminal.print(line)
      shown += 1
    }
    cursor = page.nextCursor
  } while (cursor !== null)
  return shown > 0
}

/** The lines of one change: what happened, to which record, and each field before and after. */
export function changeLines({ op, stream, externalId, fields }: RunChange): string[] {
  const head = `${OP_WORDS[op].padEnd(OP_WIDTH)}  ${stream}  ${showId(externalId)}`
  const changed = Object.entries(fields)
  if (changed.length === 0) return [head]
  return changed
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(
      ([field, [before, after]]) => `${head}  ${safeText(field)}: ${showValue(before)} → ${showValue(after)}`,
    )
}

function showId(externalId: string): string {
  return /^[\w.:/-]+$/.test(externalId) ? externalId : safeText(JSON.stringify(externalId))
}

function showValue(value: unknown): string {
  if (value === null || value === undefined) return '–'
  const text = safeText(JSON.stringify(value))
  return text.length <= MAX_VALUE ? text : `${text.slice(0, MAX_VALUE - 1)}…`
}
