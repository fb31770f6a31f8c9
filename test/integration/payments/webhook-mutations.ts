/** A message as an object, however deep. */
export type Fields = { [name: string]: unknown }

/** Where a provider keeps what an attacker would like to change; paths are joined by dots. */
export type MessageForm = {
  reference: string
  state: string
  amount: string
  merchant: string
  transaction: string
  signature: string
  /** Words for states, true and invented. */
  states: readonly string[]
  /** Signs the fields with the shop's own secret, as somebody would who got hold of it. */
  sign(fields: Fields): Fields
}

/** What a mutation may draw on. */
export type Material = {
  form: MessageForm
  /** Genuine messages, and messages made up for orders that nobody paid. */
  messages: readonly Fields[]
  /** References and transactions of every order, and of none. */
  references: readonly string[]
  transactions: readonly string[]
}

type Random = { below(limit: number): number; pick<T>(from: readonly T[]): T }

/** Numbers that look random and are the same for the same seed. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    below,
    pick(from) {
      const picked = from[below(from.length)]
      if (picked === undefined) throw new Error('nothing to pick from')
      return picked
    },
  }
}

const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  1,
  -1,
  1e300,
  '',
  ' ',
  '0',
  [],
  {},
  ['x'],
  { x: 1 },
]
const ODD_AMOUNTS = [
  '0',
  '1',
  '-10000',
  '10000',
  '9999',
  '10001',
  '10000.00',
  '1e5',
  '10.000',
  '٠',
  '99999999999',
]

type Change = (fields: Fields, random: Random, material: Material) => Fields

const CHANGES: readonly Change[] = [
  (fields, random, { form }) => withValue(fields, form.state, random.pick(form.states)),
  (fields, random, { form }) => withValue(fields, form.amount, random.pick(ODD_AMOUNTS)),
  (fields, random, { form }) => withValue(fields, form.amount, random.below(30_000)),
  (fields, random, { form, references }) => withValue(fields, form.reference, random.pick(references)),
  (fields, random, { form, transactions }) => withValue(fields, form.transaction, random.pick(transactions)),
  (fields, random, { form }) => withValue(fields, form.merchant, random.pick(['G999999999', 'M1', '', null])),
  (fields, random) => withValue(fields, random.pick(pathsOf(fields)), random.pick(ODD_VALUES)),
  (fields, random) => withValue(fields, random.pick(pathsOf(fields)), undefined),
  (fields, random) => withValue(fields, `extra${random.below(100)}`, random.pick(ODD_VALUES)),
]

/** One body that nobody ought to send: changed fields, mostly signed well again, sometimes damaged as a text. */
export function mutate(material: Material, random: Random): Buffer {
  let fields = structuredClone(random.pick(material.messages))
  const changes = random.below(4)
  for (let done = 0; done < changes; done += 1) fields = random.pick(CHANGES)(fields, random, material)
  if (random.below(10) > 1) fields = material.form.sign(fields)
  return damaged(fields, random, material)
}

function damaged(fields: Fields, random: Random, { form, references }: Material): Buffer {
  const text = JSON.stringify(fields)
  switch (random.below(12)) {
    case 0: {
      const bytes = Buffer.from(text)
      const at = random.below(bytes.length)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8))
      return bytes
    }
    case 1:
      return Buffer.from(text.slice(0, random.below(text.length)))
    case 2:
      return Buffer.from(text.replace('{', `{"${form.reference}":"${random.pick(references)}",`))
    case 3:
      return Buffer.from(text.replace(/}$/, `,"${form.reference}":"${random.pick(references)}"}`))
    case 4:
      return Buffer.from(JSON.stringify(fields, null, random.below(4)))
    case 5:
      return Buffer.from(text.replace('{', '{"__proto__":{"state":"paid"},"constructor":{},'))
    case 6:
      return Buffer.from(`[${text}]`)
    default:
      return Buffer.from(text)
  }
}

/** The same fields with another value at a path; undefined takes the field out. */
export function withValue(fields: Fields, path: string, value: unknown): Fields {
  const [name = '', ...rest] = path.split('.')
  if (rest.length === 0) {
    const { [name]: _, ...others } = fields
    return value === undefined ? others : { ...fields, [name]: value }
  }
  const inner = fields[name]
  const isObject = typeof inner === 'object' && inner !== null && !Array.isArray(inner)
  return isObject ? { ...fields, [name]: withValue(inner as Fields, rest.join('.'), value) } : fields
}

function pathsOf(fields: Fields): string[] {
  const paths = Object.entries(fields).flatMap(([name, value]) => {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? [name, ...pathsOf(value as Fields).map((path) => `${name}.${path}`)] : [name]
  })
  return paths.length === 0 ? ['empty'] : paths
}
