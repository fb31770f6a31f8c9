import { formatRupiah } from '#shared/money.ts'

/** An amount as people read it; `–` for none. */
export function amount(value: number | null): string {
  return value === null ? '–' : formatRupiah(value)
}

/** An amount before and after: `Rp21.500 → Rp32.100`. */
export function moved(before: number | null, after: number | null): string {
  return before === after ? amount(after) : `${amount(before)} → ${amount(after)}`
}
