import { err, ok, type Result } from './result.ts'

/** What the text of a QRIS code says. */
export type Qris = {
  /** Whole rupiah; missing when the payer types the amount. */
  amount?: number
  merchantName: string
  city: string
  /** Made for one payment; a static code hangs on a wall. */
  isDynamic: boolean
  /** The payer's app asks for a tip, or adds one. */
  hasTip: boolean
  /** The merchant's number in the national register. */
  nationalId?: string
  /** The bill the code was made for. */
  billNumber?: string
}

/** Why a text is no QRIS code: its form, its checksum, its currency or country, or its amount. */
export type QrisRefusal = { code: 'malformed' | 'checksum' | 'not_rupiah' | 'amount' }

type Objects = ReadonlyMap<string, string>

/** Printed codes hold at most 512 signs; twice that is no code. */
const MAX_LENGTH = 1_024
const ASCII = /^[\x20-\x7e]*$/
const CHECKSUM_OBJECT = '6304'
const CHECKSUM_LENGTH = 4
/** Nothing asked for costs more than twelve digits; fractions must be zero, there are no sen. */
const AMOUNT = /^(\d{1,12})(?:\.0{0,2})?$/
const RUPIAH = '360'
const INDONESIA = 'ID'
const NATIONAL_DOMAIN = 'ID.CO.QRIS.WWW'
const POLYNOMIAL = 0x1021

/**
 * Reads the text of a QRIS code: objects of a two-digit tag, a two-digit length and a value, closed by a checksum.
 * Every damaged sign is noticed. Only ASCII is read, as the format demands: others count lengths in two ways.
 * @see payments.md 3.1
 */
export function readQris(text: string): Result<Qris, QrisRefusal> {
  const end = text.length - CHECKSUM_LENGTH
  if (text.length > MAX_LENGTH || !ASCII.test(text)) return err({ code: 'malformed' })
  if (text.slice(end - CHECKSUM_OBJECT.length, end) !== CHECKSUM_OBJECT) return err({ code: 'malformed' })
  if (checksumOf(text.slice(0, end)) !== text.slice(end)) return err({ code: 'checksum' })
  const objects = readObjects(text)
  if (objects === undefined || !isComplete(objects)) return err({ code: 'malformed' })
  if (objects.get('53') !== RUPIAH || objects.get('58') !== INDONESIA) return err({ code: 'not_rupiah' })
  const stated = objects.get('54')
  const amount = stated === undefined ? undefined : AMOUNT.exec(stated)?.[1]
  if (stated !== undefined && amount === undefined) return err({ code: 'amount' })
  const additional = readTemplates(objects)
  if (additional === undefined) return err({ code: 'malformed' })
  return ok({
    merchantName: objects.get('59') ?? '',
    city: objects.get('60') ?? '',
    isDynamic: objects.get('01') === '12',
    hasTip: objects.has('55'),
    ...(amount === undefined ? {} : { amount: Number(amount) }),
    ...additional,
  })
}

/** Whether a code can be shown to somebody who owes `amount` rupiah: readable, of that amount, without a tip. */
export function isPayableQris(text: string, amount: number): boolean {
  const code = readQris(text)
  return code.ok && code.value.amount === amount && !code.value.hasTip
}

/** CRC-16/CCITT-FALSE of an ASCII text as four upper-case hex digits. @see payments.md 3.2 */
export function checksumOf(text: string): string {
  let crc = 0xffff
  for (let at = 0; at < text.length; at += 1) {
    crc ^= text.charCodeAt(at) << 8
    for (let bit = 0; bit < 8; bit += 1) {
      crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ POLYNOMIAL
    }
    crc &= 0xffff
  }
  return crc.toString(16).toUpperCase().padStart(4, '0')
}

/** The objects by tag, or undefined when lengths and text do not fit or a tag stands there twice. */
function readObjects(text: string): Objects | undefined {
  const objects = new Map<string, string>()
  let at = 0
  while (at < text.length) {
    const head = /^(\d{2})(\d{2})$/.exec(text.slice(at, at + 4))
    const tag = head?.[1]
    const length = Number(head?.[2])
    const value = text.slice(at + 4, at + 4 + length)
    if (tag === undefined || length === 0 || value.length < length || objects.has(tag)) return undefined
    objects.set(tag, value)
    at += 4 + length
  }
  return objects
}

/** The format comes first, the checksum last, and between them everything that every code must say. */
function isComplete(objects: Objects): boolean {
  const tags = [...objects.keys()]
  const isEnclosed = tags[0] === '00' && objects.get('00') === '01' && tags.at(-1) === '63'
  const isKnownKind = ['11', '12', undefined].includes(objects.get('01'))
  const hasAccount = tags.some((tag) => tag >= '26' && tag <= '51')
  return isEnclosed && isKnownKind && hasAccount && ['53', '58', '59', '60'].every((tag) => objects.has(tag))
}

/** What the nested objects say, or undefined when one of them does not add up. */
function readTemplates(objects: Objects): Pick<Qris, 'nationalId' | 'billNumber'> | undefined {
  const found: Pick<Qris, 'nationalId' | 'billNumber'> = {}
  for (const [tag, value] of objects) {
    const isAccount = tag >= '26' && tag <= '51'
    if (!isAccount && tag !== '62') continue
    const nested = readObjects(value)
    if (nested === undefined) return undefined
    const nationalId = nested.get('02')
    if (isAccount && nested.get('00') === NATIONAL_DOMAIN && nationalId !== undefined)
      found.nationalId = nationalId
    const billNumber = nested.get('01')
    if (!isAccount && billNumber !== undefined) found.billNumber = billNumber
  }
  return found
}
