/** Whole Indonesian rupiah. Always a safe integer; the smallest unit is 1 rupiah. */
export type Rupiah = number & { readonly __unit: 'rupiah' }

/** A rate in hundredths of a percent: 250 bps = 2.5 %. */
export type Bps = number & { readonly __unit: 'bps' }

/** The largest amount Lapak books in one go (ten billion rupiah): far below 2^53, far above any order. */
export const MAX_RUPIAH = 10_000_000_000

const BPS_PER_WHOLE = 10_000

/** The number as rupiah. Throws when it is not a safe integer: a fraction of a rupiah is a bug. */
export function rupiah(amount: number): Rupiah {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`not a whole rupiah amount: ${amount}`)
  return amount as Rupiah
}

/** The number as basis points, 0 and above. Throws on fractions and negatives. */
export function bps(rate: number): Bps {
  if (!Number.isSafeInteger(rate) || rate < 0) throw new RangeError(`not a rate in basis points: ${rate}`)
  return rate as Bps
}

/** Sum of amounts. */
export function sumRupiah(amounts: readonly Rupiah[]): Rupiah {
  return rupiah(amounts.reduce((total, amount) => total + amount, 0))
}

/** `amount × quantity`. Throws when the quantity is not a whole number. */
export function multiplyRupiah(amount: Rupiah, quantity: number): Rupiah {
  if (!Number.isSafeInteger(quantity)) throw new RangeError(`not a whole quantity: ${quantity}`)
  return rupiah(amount * quantity)
}

/** The share `rate` of `amount`, rounded up to the next rupiah (a margin or a fee is never rounded away). */
export function shareRoundedUp(amount: Rupiah, rate: Bps): Rupiah {
  const whole = BigInt(amount) * BigInt(rate)
  const divisor = BigInt(BPS_PER_WHOLE)
  const quotient = whole / divisor
  const hasRest = whole % divisor !== 0n && whole > 0n
  return rupiah(Number(hasRest ? quotient + 1n : quotient))
}

/** The smallest multiple of `step` that is at least `amount`. Throws when `step` is below 1. */
export function roundUpTo(amount: Rupiah, step: number): Rupiah {
  if (!Number.isSafeInteger(step) || step < 1) throw new RangeError(`not a rounding step: ${step}`)
  const rest = amount % step
  if (rest === 0) return amount
  return rupiah(rest > 0 ? amount + step - rest : amount - rest)
}

/** The amount as Indonesian shops write it: `Rp20.500`. */
export function formatRupiah(amount: number): string {
  const digits = Math.abs(amount)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, '.')
  return `${amount < 0 ? '-' : ''}Rp${digits}`
}
