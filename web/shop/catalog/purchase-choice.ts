import type { InputField, Service, ServiceSku } from '../../../src/catalog/service-view.ts'

/** What a buyer chose on a product page; it travels in the address, so it survives reload and sharing. */
export type PurchaseChoice = { sku: string; quantity: number; input: Record<string, string> }

/** What is wrong with an entered field. */
export type InputMistake = 'required' | 'shape'

/** More pieces than this in one order line is a reseller's business, with its own pages. */
export const MAX_QUANTITY = 10
/** No account id or e-mail is longer; cuts junk before it travels on. */
const MAX_INPUT_LENGTH = 200
const INPUT_PREFIX = 'input.'

/** The form name of an input field: kept apart from `sku` and `quantity`. */
export function inputName(fieldName: string): string {
  return INPUT_PREFIX + fieldName
}

/** The quantity within 1 and `MAX_QUANTITY`; anything unreadable is 1. */
export function parseQuantity(text: string | null): number {
  const quantity = Number(text ?? '1')
  if (!Number.isSafeInteger(quantity)) return 1
  return Math.min(MAX_QUANTITY, Math.max(1, quantity))
}

/** The choice in an address or a form; fields the product does not ask for are dropped. */
export function parseChoice(params: URLSearchParams, fields: readonly InputField[]): PurchaseChoice {
  const input: Record<string, string> = {}
  for (const field of fields) {
    const value = params.get(inputName(field.name))?.trim().slice(0, MAX_INPUT_LENGTH)
    if (value) input[field.name] = value
  }
  return { sku: params.get('sku') ?? '', quantity: parseQuantity(params.get('quantity')), input }
}

/** The choice as query parameters; the reverse of `parseChoice`. */
export function choiceParams(choice: PurchaseChoice): URLSearchParams {
  const params = new URLSearchParams()
  if (choice.sku) params.set('sku', choice.sku)
  if (choice.quantity > 1) params.set('quantity', String(choice.quantity))
  for (const [name, value] of Object.entries(choice.input)) params.set(inputName(name), value)
  return params
}

function findMistake(field: InputField, value: string | undefined): InputMistake | undefined {
  if (!value) return field.required ? 'required' : undefined
  if (field.minLength !== undefined && value.length < field.minLength) return 'shape'
  if (field.maxLength !== undefined && value.length > field.maxLength) return 'shape'
  if (field.pattern && !new RegExp(field.pattern).test(value)) return 'shape'
  if (field.options && !field.options.some((option) => option.value === value)) return 'shape'
  return undefined
}

/** The mistakes of the entered fields by field name; empty when all is well. The domain checks again. */
export function findMistakes(
  fields: readonly InputField[],
  input: Record<string, string>,
): Record<string, InputMistake> {
  const mistakes: Record<string, InputMistake> = {}
  for (const field of fields) {
    const mistake = findMistake(field, input[field.name])
    if (mistake) mistakes[field.name] = mistake
  }
  return mistakes
}

/** The chosen SKU, when it exists and can be bought. */
export function findChosenSku(service: Service, choice: PurchaseChoice): ServiceSku | undefined {
  return service.products.find((product) => product.sku === choice.sku && product.available)
}

/** SKUs in the order given, clustered by their group; one nameless group when none is named. */
export function groupSkus(skus: readonly ServiceSku[]): { name: string | undefined; skus: ServiceSku[] }[] {
  const groups = new Map<string | undefined, ServiceSku[]>()
  for (const sku of skus) {
    const group = groups.get(sku.group)
    if (group) group.push(sku)
    else groups.set(sku.group, [sku])
  }
  return [...groups].map(([name, members]) => ({ name, skus: members }))
}
