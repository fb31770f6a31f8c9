import type { PassView, Run, RunChange, RunMode, SyncAlertKind } from '../../sync/run-view.ts'

/** A word for people: Indonesian and English. */
export type Words = readonly [id: string, en: string]

export const STATUS_WORDS: Record<Run['status'], Words> = {
  queued: ['antre', 'queued'],
  running: ['berjalan', 'running'],
  succeeded: ['selesai', 'succeeded'],
  failed: ['gagal', 'failed'],
  refused: ['ditolak', 'refused'],
  needs_approval: ['menunggu persetujuan', 'needs approval'],
  cancelled: ['dibatalkan', 'cancelled'],
}

export const STATE_WORDS: Record<PassView['state'], Words> = {
  waiting: ['menunggu', 'waiting'],
  ready: ['siap', 'ready'],
  running: ['berjalan', 'running'],
  succeeded: ['selesai', 'done'],
  failed: ['gagal', 'failed'],
  parked: ['ditahan', 'held'],
  cancelled: ['dibatalkan', 'cancelled'],
}

export const MODE_WORDS: Record<RunMode, Words> = {
  full: ['lengkap', 'full'],
  changes: ['perubahan', 'changes'],
  range: ['rentang', 'range'],
  replay: ['ulang', 'replay'],
}

export const KIND_WORDS: Record<Run['kind'], Words> = { live: ['nyata', 'live'], dry: ['coba', 'dry run'] }

/** What happened to a record, or would happen: the same words for both. */
export const OP_WORDS: Record<RunChange['op'], string> = {
  create: '+ baru/new',
  update: '~ ubah/change',
  delete: '- hilang/gone',
  return: '^ kembali/back',
  kept: '= tetap/kept',
  push: '> kirim/push',
}

export const ALERT_WORDS: Record<SyncAlertKind, Words> = {
  late: ['terlambat', 'late'],
  dead_letters: ['data ditolak menumpuk', 'dead letters pile up'],
  rejected_share: ['banyak data ditolak', 'many records are rejected'],
  circuit_open: ['sumber tidak dihubungi dulu', 'source is not called for now'],
  needs_approval: ['menunggu persetujuan', 'needs approval'],
  run_failed: ['sinkronisasi gagal', 'a run failed'],
}

/** Both languages in one short piece: `selesai/done`. */
export function both([id, en]: Words): string {
  return `${id}/${en}`
}

/** A number whose thousands are told apart the same way in both languages: `1 234 567`. */
export function grouped(value: number): string {
  return String(Math.round(value)).replaceAll(/\B(?=(\d{3})+(?!\d))/g, ' ')
}

/** A duration as a clock shows it: `01:23`, or `1:02:03` from an hour on. */
export function clockTime(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)]
  const rest = String(seconds % 60).padStart(2, '0')
  return hours > 0
    ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}`
    : `${String(minutes).padStart(2, '0')}:${rest}`
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** How long something has lasted, in its largest unit: `45 s`, `12 min`, `3 jam/h`, `2 hari/days`. */
export function ageOf(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.max(0, Math.floor(ms / 1000))} s`
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`
  if (ms < 2 * DAY_MS) return `${Math.floor(ms / HOUR_MS)} jam/h`
  return `${Math.floor(ms / DAY_MS)} hari/days`
}

const JAKARTA_OFFSET_MS = 7 * HOUR_MS

/** A moment on the clock of Jakarta, which knows no summer time: `2026-11-21 14:15 WIB`. */
export function wib(moment: string | Date): string {
  const shifted = new Date(new Date(moment).getTime() + JAKARTA_OFFSET_MS)
  return `${shifted.toISOString().slice(0, 16).replace('T', ' ')} WIB`
}

/** Signs that move the cursor or turn the writing direction: a source's text must not do that to a terminal. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/** The text with such signs spelled out. */
export function safeText(text: string): string {
  return text.replaceAll(UNSAFE, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
