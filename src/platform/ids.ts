import { randomInt } from 'node:crypto'
import * as crypto from 'node:crypto'

/** Letters and digits that cannot be mistaken for one another when read aloud (Crockford base 32). */
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Random characters of an order number; 32^9 numbers make a guess hopeless, the tenth is a check sign. */
const ORDER_NUMBER_RANDOM = 9

/** A new UUIDv7: made by the application before the write, so a retry carries the same id. */
export function newId(): string {
  return crypto.randomUUIDv7()
}

/** True for the canonical text form of any UUID. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text)
}

/** A new public order number such as `LP-7K2M9Q4XA0`: random, with a check sign; it grants nothing. */
export function newOrderNumber(): string {
  const random = Array.from(
    { length: ORDER_NUMBER_RANDOM },
    () => CROCKFORD[randomInt(CROCKFORD.length)],
  ).join('')
  return `LP-${random}${checkSign(random)}`
}

/** True when the text has the form of an order number and its check sign fits. */
export function isOrderNumber(text: string): boolean {
  const match = /^LP-([0-9A-HJKMNP-TV-Z]{9})([0-9A-HJKMNP-TV-Z])$/.exec(text)
  return match !== null && checkSign(match[1] ?? '') === match[2]
}

function checkSign(characters: string): string {
  const sum = [...characters].reduce((total, sign, index) => total + CROCKFORD.indexOf(sign) * (index + 2), 0)
  return CROCKFORD[sum % CROCKFORD.length] ?? '0'
}
