import type { PassView, RunDetail } from '../../sync/run-view.ts'
import {
  both,
  clockTime,
  grouped,
  KIND_WORDS,
  MODE_WORDS,
  STATE_WORDS,
  safeText,
  type Words,
} from './words.ts'

/** What progress is drawn with. */
export type Look = { columns: number; hasColor: boolean; now: Date }

/** Rows per second of each stream, from what was seen lately. */
export type Rates = { note(passes: readonly PassView[], atMs: number): void; of(stream: string): number }

/** Rates are taken over this long: shorter ones jump with every page. */
const RATE_WINDOW_MS = 5_000

/** Keeps what was seen lately and tells the rate. */
export function createRates(): Rates {
  const samples = new Map<string, { atMs: number; seen: number }[]>()
  return {
    note(passes, atMs) {
      for (const { stream, seen } of passes) {
        const kept = (samples.get(stream) ?? []).filter((sample) => atMs - sample.atMs <= RATE_WINDOW_MS)
        samples.set(stream, [...kept, { atMs, seen }])
      }
    },
    of(stream) {
      const [first, ...rest] = samples.get(stream) ?? []
      const last = rest.at(-1)
      if (first === undefined || last === undefined || last.atMs === first.atMs) return 0
      return Math.max(0, ((last.seen - first.seen) * 1000) / (last.atMs - first.atMs))
    },
  }
}

const SIGNS: Record<PassView['state'], readonly [sign: string, color: number]> = {
  waiting: ['·', 90],
  ready: ['·', 90],
  running: ['▶', 36],
  succeeded: ['✓', 32],
  failed: ['✗', 31],
  parked: ['!', 33],
  cancelled: ['✗', 33],
}

/** Columns of the table: long titles where there is room, Indonesian ones where there is little. */
const WIDE = [
  'aliran/stream',
  'keadaan/state',
  'baris/rows',
  'baris/s',
  'halaman/pages',
  'ditolak/rejected',
  'waktu/time',
]
const NARROW = ['aliran', 'keadaan', 'baris', '/s', 'hal', 'tolak', 'waktu']
const LEFT_COLUMNS = 2

/** The display of a run: a table of its streams, with the reason below each that waits. */
export function progressLines(run: RunDetail, rates: Rates, look: Look): string[] {
  const wide = tableOf(run, rates, look, WIDE, '  ', both)
  const fits = wide.every(({ width }) => width < look.columns)
  const table = fits ? wide : tableOf(run, rates, look, NARROW, ' ', ([id]) => id)
  const [titles, ...rows] = table.map(({ line }) => line)
  const lines = [paint(titles ?? '', 90, look.hasColor)]
  for (const [index, pass] of run.passes.entries()) {
    lines.push(rows[index] ?? '')
    const reason = reasonOf(pass, look.now)
    if (reason !== undefined) lines.push(paint(`    ${fitting(reason, look.columns - 5)}`, 33, look.hasColor))
  }
  if (run.status === 'queued') lines.push(`  ${fitting(QUEUED, look.columns - 3)}`)
  return lines
}

const QUEUED: Words = [
  'antre: sinkronisasi lain dari koneksi ini masih berjalan',
  'queued: another run of this connection goes on',
]

type Row = { line: string; width: number }

function tableOf(
  run: RunDetail,
  rates: Rates,
  look: Look,
  titles: readonly string[],
  gap: string,
  say: (words: Words) => string,
): Row[] {
  const cells = [titles, ...run.passes.map((pass) => cellsOf(pass, rates, look.now, say))]
  const widths = titles.map((_title, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  return cells.map((row, index) => {
    const text = row
      .map((cell, column) => {
        const width = widths[column] ?? 0
        return column < LEFT_COLUMNS ? cell.padEnd(width) : cell.padStart(width)
      })
      .join(gap)
    const pass = run.passes[index - 1]
    const [sign, color] = pass === undefined ? [' ', 0] : SIGNS[pass.state]
    return { line: `${paint(sign, color, look.hasColor)} ${text}`, width: text.length + 2 }
  })
}

function cellsOf(pass: PassView, rates: Rates, now: Date, say: (words: Words) => string): string[] {
  const elapsed = elapsedOf(pass, now)
  const isOver = pass.finishedAt !== null
  const rate = isOver && elapsed > 0 ? (pass.seen * 1000) / elapsed : rates.of(pass.stream)
  return [
    pass.stream,
    say(STATE_WORDS[pass.state]),
    grouped(pass.seen),
    grouped(rate),
    grouped(pass.pages),
    grouped(pass.rejected),
    clockTime(elapsed),
  ]
}

/** Milliseconds a stream has been worked on. */
export function elapsedOf(pass: Pick<PassView, 'startedAt' | 'finishedAt'>, now: Date): number {
  if (pass.startedAt === null) return 0
  const end = pass.finishedAt === null ? now.getTime() : Date.parse(pass.finishedAt)
  return Math.max(0, end - Date.parse(pass.startedAt))
}

/** Why a stream waits or how it failed, or undefined while it simply works. */
export function reasonOf(pass: PassView, now: Date): Words | undefined {
  const { error, retryAt } = pass
  if (pass.state === 'failed' && error !== null) return twice(`${error.code}: ${safeText(error.detail)}`)
  if (pass.state === 'parked')
    return [
      `${grouped(pass.missing)} data hilang dari sumber, menunggu persetujuan`,
      `${grouped(pass.missing)} records gone from the source, waiting for approval`,
    ]
  const seconds = retryAt === null ? 0 : Math.ceil((Date.parse(retryAt) - now.getTime()) / 1000)
  if (seconds <= 0 || pass.finishedAt !== null) return undefined
  const [id, en] = WAITS[error?.code ?? ''] ?? ['menunggu', 'waiting']
  return [`${id} ${grouped(seconds)} d`, `${en} ${grouped(seconds)} s`]
}

/** What a wait is for, by the code of its reason. */
const WAITS: Record<string, Words> = {
  throttled: ['sumber minta tunggu', 'source asks to wait'],
  rate_limited: ['menjaga batas laju sumber', 'keeping to the rate limit,'],
  transient: ['sumber terganggu, dicoba lagi dalam', 'source is in trouble, trying again in'],
  malformed: ['jawaban sumber rusak, dicoba lagi dalam', 'broken answer, trying again in'],
  position_lost: ['penanda halaman mati, mulai lagi dalam', 'page token died, starting again in'],
  circuit_open: ['sumber terlalu sering gagal, diistirahatkan', 'source failed too often, left alone for'],
}

function twice(text: string): Words {
  return [text, text]
}

function fitting([id, en]: Words, width: number): string {
  if (id === en) return id
  const long = `${id} / ${en}`
  return long.length <= width ? long : id
}

function paint(text: string, color: number, hasColor: boolean): string {
  return hasColor && color > 0 ? `\u001b[${color}m${text}\u001b[0m` : text
}

/** One plain line about a stream, for logs. */
export function plainLine(pass: PassView, rates: Rates, now: Date): string {
  const reason = reasonOf(pass, now)
  const counts = [
    `${grouped(pass.seen)} baris/rows`,
    `${grouped(rates.of(pass.stream))}/s`,
    `${grouped(pass.pages)} halaman/pages`,
    `${grouped(pass.rejected)} ditolak/rejected`,
    clockTime(elapsedOf(pass, now)),
  ]
  const why = reason === undefined ? '' : ` · ${fitting(reason, 1_000)}`
  return `${pass.stream}: ${both(STATE_WORDS[pass.state])} · ${counts.join(' · ')}${why}`
}

/** The run in one line, for the beginning: what it is, and the id to name it by. */
export function runLine({ connection, kind, mode, runId }: RunDetail): string {
  return `${connection}: ${both(KIND_WORDS[kind])}, ${both(MODE_WORDS[mode])} · ${runId}`
}
