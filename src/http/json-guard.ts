import { err, ok, type Result } from '#shared/result.ts'
import type { FieldError } from '../orders/order-view.ts'
import { refuseField, type Refusal } from './problem-reply.ts'

/** Deepest nesting of a body; ours have five levels. */
const MAX_DEPTH = 20

/**
 * The parsed JSON, or why it is refused: not JSON, nested too deeply, one key named twice, or text that the
 * database cannot hold (NUL, half of a surrogate pair), or a key that reaches for an object's prototype.
 */
export function parseGuardedJson(text: string): Result<unknown, Refusal> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return err({ code: 'malformed_json' })
  }
  const flaw = findStructureFlaw(text)
  if (flaw === 'too_deep') return err({ code: 'malformed_json' })
  if (flaw !== undefined) return err({ code: 'malformed_json', errors: [duplicateKey(flaw)] })
  const textFlaw = findTextFlaw(value, '')
  return textFlaw === undefined ? ok(value) : err(refuseField(textFlaw))
}

function duplicateKey(pointer: string): FieldError {
  return {
    pointer,
    code: 'duplicate_key',
    detail: 'Kunci ini ditulis dua kali.',
    detailEn: 'This key is written twice.',
  }
}

/** One open object or array: the keys seen so far (null in an array), and where we are in it. */
type Level = { keys: Set<string> | null; at: string | number }

/** `too_deep`, or the pointer of a key that stands twice in one object. The text must be valid JSON. */
function findStructureFlaw(text: string): string | undefined {
  const levels: Level[] = []
  let isKeyNext = false
  for (let index = 0; index < text.length; index++) {
    const sign = text[index]
    const level = levels.at(-1)
    if (sign === '"') {
      const end = endOfString(text, index)
      if (isKeyNext && level?.keys) {
        const key = readKey(text.slice(index, end + 1))
        level.at = key
        if (level.keys.has(key)) return pointerOf(levels)
        level.keys.add(key)
      }
      index = end
    } else if (sign === '{' || sign === '[') {
      if (levels.length === MAX_DEPTH) return 'too_deep'
      levels.push({ keys: sign === '{' ? new Set() : null, at: 0 })
      isKeyNext = sign === '{'
    } else if (sign === '}' || sign === ']') {
      levels.pop()
      isKeyNext = false
    } else if (sign === ',' && level) {
      if (typeof level.at === 'number') level.at += 1
      isKeyNext = level.keys !== null
    } else if (sign === ':') isKeyNext = false
  }
  return undefined
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end
}

function isEscaped(text: string, position: number): boolean {
  let backslashes = 0
  while (text[position - 1 - backslashes] === '\\') backslashes++
  return backslashes % 2 === 1
}

function readKey(literal: string): string {
  return literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1)
}

function pointerOf(levels: readonly Level[]): string {
  return levels.map(({ at }) => `/${escapePointer(String(at))}`).join('')
}

/** One step of a JSON pointer. */
export function escapePointer(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1')
}

function findTextFlaw(value: unknown, pointer: string): FieldError | undefined {
  if (typeof value === 'string') return describeTextFlaw(value, pointer)
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, member] of Object.entries(value)) {
    const place = `${pointer}/${escapePointer(key)}`
    if (key === '__proto__') return forbiddenKey(place)
    const flaw = describeTextFlaw(key, pointer) ?? findTextFlaw(member, place)
    if (flaw) return flaw
  }
  return undefined
}

function forbiddenKey(pointer: string): FieldError {
  return {
    pointer,
    code: 'forbidden_key',
    detail: 'Nama isian ini tidak diizinkan.',
    detailEn: 'This name is not allowed.',
  }
}

/** The flaw of a text that must not reach the database, or undefined. */
export function describeTextFlaw(text: string, pointer: string): FieldError | undefined {
  if (text.includes('\0')) {
    return {
      pointer,
      code: 'nul_character',
      detail: 'Berisi karakter NUL.',
      detailEn: 'Contains a NUL character.',
    }
  }
  if (!text.isWellFormed()) {
    return {
      pointer,
      code: 'invalid_unicode',
      detail: 'Berisi karakter yang rusak.',
      detailEn: 'Contains a broken character.',
    }
  }
  return undefined
}
