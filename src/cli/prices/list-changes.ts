import { parseArgs } from 'node:util'
import type { ChangeCause, PriceChange } from '../../pricing/price-view.ts'
import { EXIT, UsageError, type ExitCode } from '../command.ts'
import { readLimit } from '../sync/list-runs.ts'
import { both, wib, type Words } from '../sync/words.ts'
import { moved } from './amounts.ts'
import type { PricesCall } from './prices-command.ts'

/** Changes shown when nothing is said, and at most. */
const USUAL = 50
const MOST = 10_000

/** Asked for at once. */
const PAGE = 200

const CAUSE_WORDS: Record<ChangeCause, Words> = {
  run: ['sinkronisasi', 'run'],
  clock: ['waktu', 'clock'],
  rule: ['aturan', 'rule'],
  hand: ['tangan', 'hand'],
  revert: ['dikembalikan', 'taken back'],
}

/** Shows retail prices that changed, newest first. */
export async function listChanges({ app, args, terminal }: PricesCall): Promise<ExitCode> {
  const { values } = parseArgs({
    args: [...args],
    options: { run: { type: 'string' }, sku: { type: 'string' }, limit: { type: 'string' } },
  })
  const { run, sku } = values
  if (run !== undefined && !/^[0-9a-f-]{36}$/i.test(run))
    throw new UsageError('--run <id>; npx lapak sync runs menampilkan id / shows ids')
  const limit = readLimit(values.limit, USUAL, MOST)
  const filter = { ...(run === undefined ? {} : { runId: run }), ...(sku === undefined ? {} : { sku }) }
  let shown = 0
  let cursor: string | null | undefined
  do {
    const page = await app.prices.listChanges({
      ...filter,
      limit: Math.min(PAGE, limit - shown),
      ...(cursor ? { cursor } : {}),
    })
    for (const change of page.changes) terminal.print(changeLine(change))
    shown += page.changes.length
    cursor = page.nextCursor
  } while (cursor !== null && shown < limit)
  if (shown === 0) terminal.tell('Tidak ada harga yang berubah. No price has changed.')
  else if (cursor !== null) terminal.tell(`… masih ada lagi / there is more: --limit ${MOST}`)
  if (shown > 0) terminal.tell('→ kembalikan? / take one back? npx lapak prices revert <id>')
  return EXIT.ok
}

function changeLine({ id, sku, cause, runId, at, ...change }: PriceChange): string {
  return [
    wib(at),
    id,
    sku,
    moved(change.oldRetail, change.newRetail),
    `modal/cost ${moved(change.oldCost, change.newCost)}`,
    both(CAUSE_WORDS[cause]) + (runId === null ? '' : ` ${runId}`),
  ].join('  ')
}
