import { validateInput, type InputField } from '#catalog'
import { fieldError, pointerPart } from './field-errors.ts'
import type { FieldError, ShownInput } from './order-view.ts'

/** What the buyer entered for one line, cleaned, and how to show it; or every mistake, at its field. */
export type LineInput = {
  input: Record<string, string>
  shown: ShownInput[]
  errors: FieldError[]
}

/**
 * Checks a line's input against the product's schema: nothing missing, nothing extra (a zone where none belongs is
 * told, not dropped), each value as the field wants it. `pointer` is where the input stands in the request.
 */
export function checkLineInput(
  fields: readonly InputField[],
  input: Record<string, string>,
  pointer: string,
): LineInput {
  const known = new Set(fields.map((field) => field.name))
  const extra = Object.keys(input)
    .filter((name) => !known.has(name))
    .map((name) => fieldError(`${pointer}/${pointerPart(name)}`, 'input_unexpected'))
  const checked = validateInput(fields, input)
  if (!checked.ok) {
    const faults = checked.error.map((fault) => ({
      pointer: `${pointer}/${fault.field}`,
      code: 'input_invalid',
      detail: fault.message,
      detailEn: fault.messageEn,
    }))
    return { input: {}, shown: [], errors: [...extra, ...faults] }
  }
  const shown = fields.flatMap((field) => {
    const value = checked.value[field.name]
    if (value === undefined) return []
    const { label, labelEn, options } = field
    const named = options?.find((option) => option.value === value)?.label ?? value
    return [{ label, ...(labelEn === undefined ? {} : { labelEn }), value: named }]
  })
  return { input: checked.value, shown, errors: extra }
}
