import { err, ok, type Result } from '#shared/result.ts'
import type { InputField } from './service-view.ts'

/** What is wrong with one field, in both languages, for showing beside it. */
export type InputFault = { field: string; message: string; messageEn: string }

/** Longest value of a field that names no limit; also bounds the work of its pattern. */
const DEFAULT_MAX_LENGTH = 100

/**
 * The buyer's input for a product's fields: trimmed, unknown names dropped, empty optional fields left out; or all
 * faults at once. Harmless for any value: length is checked before a pattern runs.
 */
export function validateInput(
  fields: readonly InputField[],
  input: Readonly<Record<string, unknown>>,
): Result<Record<string, string>, InputFault[]> {
  const faults: InputFault[] = []
  const values: Record<string, string> = {}
  for (const field of fields) {
    const given = Object.hasOwn(input, field.name) ? input[field.name] : undefined
    const value = typeof given === 'string' ? clean(field, given) : ''
    const fault = value === '' ? missing(field) : findFault(field, value)
    if (fault !== undefined) faults.push({ field: field.name, ...fault })
    else if (value !== '') values[field.name] = value
  }
  return faults.length > 0 ? err(faults) : ok(values)
}

function clean(field: InputField, value: string): string {
  const trimmed = value.slice(0, 10 * DEFAULT_MAX_LENGTH).trim()
  return field.type === 'phone' || field.type === 'digits' ? trimmed.replace(/[\s-]/g, '') : trimmed
}

type Fault = Omit<InputFault, 'field'>

function missing(field: InputField): Fault | undefined {
  if (!field.required) return undefined
  return {
    message: `Isi ${field.label} dulu ya.`,
    messageEn: `Please enter ${field.labelEn ?? field.label}.`,
  }
}

function findFault(field: InputField, value: string): Fault | undefined {
  const wrong = {
    message: `${field.label} belum sesuai. Periksa lagi penulisannya.`,
    messageEn: `${field.labelEn ?? field.label} does not look right. Please check it.`,
  }
  if (value.length > (field.maxLength ?? DEFAULT_MAX_LENGTH)) return wrong
  if (value.length < (field.minLength ?? 1) || /\p{Cc}/u.test(value)) return wrong
  if (field.options !== undefined && !field.options.some((option) => option.value === value)) return wrong
  if (field.type === 'digits' && !/^\d+$/.test(value)) return wrong
  if (field.type === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) return wrong
  return field.pattern === undefined || new RegExp(field.pattern, 'u').test(value) ? undefined : wrong
}
