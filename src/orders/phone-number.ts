/** Digits after the country code: Indonesian mobile numbers have 9 to 12 of them and begin with 8. */
const MOBILE = /^8\d{8,11}$/

/**
 * An Indonesian mobile number in international form (`+628…`), from any common spelling: 0812…, 812…, 62812…,
 * +62 812-…, (0812) 3456 789. Undefined when it is none.
 */
export function normalisePhone(text: string): string | undefined {
  const compact = text.replace(/[\s().\-\u00A0\u2010-\u2015]/g, '')
  if (!/^\+?\d+$/.test(compact)) return undefined
  const digits = compact.replace(/^\+/, '')
  const national = nationalPart(digits)
  return national !== undefined && MOBILE.test(national) ? `+62${national}` : undefined
}

function nationalPart(digits: string): string | undefined {
  if (digits.startsWith('6262')) return undefined
  if (digits.startsWith('620')) return digits.slice(3)
  if (digits.startsWith('62')) return digits.slice(2)
  if (digits.startsWith('0')) return digits.slice(1)
  return digits.startsWith('8') ? digits : undefined
}
