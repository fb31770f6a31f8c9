import type { z } from '@hono/zod-openapi'
import type { FieldError } from '../orders/order-view.ts'
import { escapePointer } from './json-guard.ts'

/** Most mistakes reported at once: enough to mend a form, too few to make an answer large. */
const MAX_REPORTED = 20

type Words = { code: string; detail: string; detailEn: string }
type Issue = z.core.$ZodIssue

/** The mistakes a schema found (parsed with `reportInput`), each with its place and plain words in both languages. */
export function fieldErrors(error: z.core.$ZodError, prefix = ''): FieldError[] {
  return error.issues.flatMap((issue) => errorsOfIssue(issue, prefix)).slice(0, MAX_REPORTED)
}

function errorsOfIssue(issue: Issue, prefix: string): FieldError[] {
  const pointer = prefix + issue.path.map((step) => `/${escapePointer(String(step))}`).join('')
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: `${pointer}/${escapePointer(key)}`, ...UNKNOWN_FIELD }))
  }
  return [{ pointer, ...wordsOf(issue) }]
}

const UNKNOWN_FIELD: Words = {
  code: 'unknown_field',
  detail: 'Isian ini tidak dikenal. Harga, jumlah total dan nama selalu dari server.',
  detailEn: 'This field is not known. Prices, totals and names are always the server’s.',
}

const WRONG_TYPE: Words = {
  code: 'wrong_type',
  detail: 'Jenis nilainya salah.',
  detailEn: 'The value has the wrong type.',
}

const WRONG_FORM: Words = {
  code: 'pattern',
  detail: 'Formatnya belum benar.',
  detailEn: 'The format is not right.',
}

const NO_TIME: Words = {
  code: 'pattern',
  detail: 'Tulis waktu dengan zonanya, misalnya 2026-11-01T08:30:00+07:00.',
  detailEn: 'Write a time with its zone, for example 2026-11-01T08:30:00+07:00.',
}

function wordsOf(issue: Issue): Words {
  switch (issue.code) {
    case 'invalid_type':
      return typeWords(issue)
    case 'too_small':
      return { code: 'too_small', ...sizeWords(issue.origin, issue.minimum, 'minimal', 'at least') }
    case 'too_big':
      return { code: 'too_big', ...sizeWords(issue.origin, issue.maximum, 'maksimal', 'at most') }
    case 'invalid_format':
      return issue.format === 'datetime' ? NO_TIME : WRONG_FORM
    case 'invalid_value':
      return {
        code: 'not_an_option',
        detail: `Pilih salah satu: ${issue.values.join(', ')}.`,
        detailEn: `Choose one of: ${issue.values.join(', ')}.`,
      }
    case 'custom':
      return {
        code: 'not_allowed',
        detail: 'Nilai ini tidak diizinkan.',
        detailEn: 'This value is not allowed.',
      }
    default:
      return WRONG_TYPE
  }
}

function typeWords(issue: Extract<Issue, { code: 'invalid_type' }>): Words {
  if (issue.input === undefined) {
    return { code: 'required', detail: 'Wajib diisi.', detailEn: 'This is required.' }
  }
  if (issue.expected === 'int') {
    return { code: 'not_whole', detail: 'Harus bilangan bulat.', detailEn: 'Must be a whole number.' }
  }
  return WRONG_TYPE
}

function sizeWords(origin: string, bound: number | bigint, least: string, leastEn: string) {
  if (origin === 'string') {
    return {
      detail: `Panjangnya ${least} ${bound} karakter.`,
      detailEn: `Must have ${leastEn} ${bound} characters.`,
    }
  }
  if (origin === 'array' || origin === 'set' || origin === 'object') {
    return { detail: `Jumlahnya ${least} ${bound}.`, detailEn: `Must have ${leastEn} ${bound} entries.` }
  }
  return { detail: `Nilainya ${least} ${bound}.`, detailEn: `Must be ${leastEn} ${bound}.` }
}
