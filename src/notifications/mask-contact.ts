/** An address as logs and views may show it: `a···@mail.example`. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@')
  if (at < 1) return '···'
  return `${[...email][0]}···${email.slice(at)}`
}

/** A number as logs and views may show it: `62···89`. */
export function maskPhone(phone: string): string {
  const digits = phone.replace(/\D/g, '')
  return digits.length < 8 ? '···' : `${digits.slice(0, 2)}···${digits.slice(-2)}`
}

/** A text in which addresses and long numbers are masked: what a provider answers can repeat whom it was sent to. */
export function maskContacts(text: string): string {
  return text
    .replace(/[^\s<>"',;:()]+@[^\s<>"',;:()]+/g, (address) => maskEmail(address))
    .replace(/\+?\d[\d -]{7,}\d/g, (number) => maskPhone(number))
}
