import type { ConnectionView, PassView, RunDetail } from '../../sync/run-view.ts'
import { EXIT, type ExitCode } from '../command.ts'
import type { Terminal } from '../terminal.ts'
import { both, clockTime, grouped, safeText, STATUS_WORDS, type Words } from './words.ts'

/**
 * Prints the counts of each stream of records that are not zero, in the same words for a dry run and the run that
 * carries it out. Other work, such as pictures, is only told: a plan cannot know it.
 */
export function printTotals(
  run: RunDetail,
  connection: ConnectionView | undefined,
  terminal: Terminal,
): void {
  const streams = connection?.streams ?? []
  const isWork = ({ stream }: PassView) =>
    streams.some((known) => known.stream === stream && known.direction === 'work')
  const width = Math.max(...run.passes.map(({ stream }) => stream.length), 0)
  terminal.print('Jumlah / totals')
  for (const pass of run.passes) {
    const line = `  ${pass.stream.padEnd(width)}  ${countsOf(pass, run.kind)}`
    if (isWork(pass)) terminal.tell(line)
    else terminal.print(line)
  }
}

function countsOf(pass: PassView, kind: RunDetail['kind']): string {
  const counts: [number, string][] = [
    [pass.seen, 'dilihat/seen'],
    [pass.created, 'baru/new'],
    [pass.updated, 'berubah/changed'],
    [pass.unchanged, 'sama/same'],
    [pass.rejected, 'ditolak/rejected'],
    // A plan names what would go even where a person would be asked first.
    [kind === 'dry' ? pass.missing : pass.deleted, 'hilang/gone'],
  ]
  const told = counts.filter(([count], index) => index === 0 || count > 0)
  return told.map(([count, word]) => `${grouped(count)} ${word}`).join(', ')
}

/** Tells how the run ended, how quick it was, and what to do next. */
export function tellSummary(
  run: RunDetail,
  connection: ConnectionView | undefined,
  now: Date,
  terminal: Terminal,
): void {
  const end = run.finishedAt === null ? now.getTime() : Date.parse(run.finishedAt)
  const elapsed = Math.max(0, end - Date.parse(run.startedAt))
  const seen = run.passes.reduce((sum, pass) => sum + pass.seen, 0)
  const pages = run.passes.reduce((sum, pass) => sum + pass.pages, 0)
  const rate = elapsed > 0 ? (seen * 1000) / elapsed : 0
  terminal.tell('')
  terminal.tell(
    `${signOf(run)} ${run.connection}: ${both(STATUS_WORDS[run.status])} · ${clockTime(elapsed)} · ${grouped(seen)} baris/rows · ${grouped(rate)}/s · ${grouped(pages)} halaman/pages`,
  )
  for (const pass of run.passes) tellTrouble(pass, run.kind, terminal)
  for (const [id, en] of adviceOn(run, connection)) {
    terminal.tell(`→ ${id}`)
    if (en !== '') terminal.tell(`  ${en}`)
  }
}

function signOf({ status }: RunDetail): string {
  if (status === 'succeeded') return '✓'
  return status === 'needs_approval' || status === 'running' || status === 'queued' ? '!' : '✗'
}

function tellTrouble(pass: PassView, kind: RunDetail['kind'], terminal: Terminal): void {
  const { stream, state, error, missing, deleted } = pass
  if (state === 'parked') {
    terminal.tell(
      `! ${stream}: ${grouped(missing)} data tidak ada lagi di sumber; belum ada yang dihapus / records are gone from the source; none was removed yet`,
    )
    return
  }
  if (kind === 'dry' && missing > deleted)
    terminal.tell(
      `! ${stream}: ${grouped(missing)} data akan hilang; itu perlu disetujui / records would go, which needs approval`,
    )
  if (error === null || state !== 'failed') return
  terminal.tell(`✗ ${stream}: ${error.code}: ${safeText(error.detail)}`)
  const reason = FAILURES[error.code]
  if (reason !== undefined) terminal.tell(`  ${reason[0]} / ${reason[1]}`)
}

/** What a person should know about a failure, by its code. */
const FAILURES: Record<string, Words> = {
  credentials_refused: [
    'sumber menolak kunci kita: periksa token di konfigurasi',
    'the source refuses our credentials: check them in the configuration',
  ],
  stalled: ['terlalu lama tanpa kemajuan', 'no progress for too long'],
  all_rejected: [
    'semua baris di satu halaman ditolak; format sumber mungkin berubah. Tidak ada yang diterapkan dari halaman itu',
    'every row of a page was refused; the source may have changed its format. Nothing of that page was applied',
  ],
  malformed: ['jawaban sumber tidak bisa dibaca', 'the answers of the source cannot be read'],
  position_lost: ['penanda halaman sumber terus mati', 'page tokens of the source keep dying'],
  superseded: ['digantikan penarikan lengkap yang lebih baru', 'replaced by a newer full run'],
}

/** What to do next, each in both languages; a command follows its words. */
function adviceOn(run: RunDetail, connection: ConnectionView | undefined): Words[] {
  const id = run.runId
  switch (run.status) {
    case 'succeeded':
      return [...(run.kind === 'dry' ? planAdvice(run) : []), ...letterAdvice(run, connection)]
    case 'needs_approval':
      return [
        ['Lihat yang mana / see which ones:', `npx lapak sync ${run.connection} --dry-run --all`],
        ['Memang hilang / really gone:', `npx lapak sync approve ${id}`],
        ['Sumbernya yang salah / the source is wrong:', `npx lapak sync cancel ${id}`],
      ]
    case 'refused':
      return [
        [
          'Keadaan sudah berubah sejak rencana dibuat; tidak ada yang diterapkan. Buat rencana baru:',
          `Things have moved since the plan was made; nothing was applied. Plan again: npx lapak sync ${run.connection} --dry-run`,
        ],
      ]
    case 'failed':
      return [
        [
          'Yang sudah diterapkan tetap. Perbaiki sebabnya, lalu lanjutkan / what was applied stays; mend the cause, then go on:',
          `npx lapak sync ${run.connection}`,
        ],
        ...letterAdvice(run, connection),
      ]
    case 'cancelled':
      return [
        [
          'Yang sudah diterapkan tetap; sinkronisasi berikutnya melanjutkan.',
          'What was applied stays; the next run continues there.',
        ],
      ]
    case 'queued':
    case 'running':
      return [
        [
          `Lihat lagi / look again: npx lapak sync watch ${id}`,
          `Batalkan / cancel: npx lapak sync cancel ${id}`,
        ],
      ]
    default:
      return []
  }
}

function planAdvice(run: RunDetail): Words[] {
  const changes = run.passes.reduce((sum, { created, updated, deleted, missing }) => {
    return sum + created + updated + deleted + missing
  }, 0)
  if (changes === 0) return [['Tidak ada yang akan berubah.', 'Nothing would change.']]
  return [
    [
      'Belum ada yang diubah. Jalankan persis rencana ini / nothing was changed yet; carry out exactly this plan:',
      `npx lapak sync ${run.connection} --apply ${run.runId}`,
    ],
  ]
}

function letterAdvice(run: RunDetail, connection: ConnectionView | undefined): Words[] {
  const waiting = (connection?.streams ?? []).reduce((sum, { deadLetters }) => sum + deadLetters, 0)
  if (waiting === 0) return []
  return [
    [
      `${grouped(waiting)} data ditolak menunggu / refused records wait: npx lapak sync dead-letters ${run.connection}`,
      `setelah diperbaiki / once mended: npx lapak sync replay ${run.connection}`,
    ],
  ]
}

/** The exit code that tells how a run ended. */
export function exitOf(run: RunDetail): ExitCode {
  switch (run.status) {
    case 'succeeded':
      return EXIT.ok
    case 'needs_approval':
      return EXIT.approval
    case 'refused':
      return EXIT.moved
    case 'queued':
    case 'running':
      return EXIT.left
    default:
      return EXIT.failed
  }
}
