import type { TargetForm } from '../ports.ts'

const DIGITS = /^\d+$/

/**
 * Whether an offer can be told whom to serve. A zone that there is no place for would be left out, and one that is a
 * word means something else to every seller: both would deliver to a stranger.
 */
export function takesTarget(form: TargetForm, zone: string): boolean {
  if (zone === '' || form === 'apart') return true
  return form !== 'single' && DIGITS.test(zone)
}

/** Target and zone as the supplier is sent them. A function of what is stored, so that a repeat sends the same. */
export function formTarget(
  form: TargetForm,
  target: { no: string; zone: string },
): { targetNo: string; targetZone: string } {
  const { no, zone } = target
  if (form === 'apart' || zone === '') return { targetNo: no, targetZone: zone }
  return { targetNo: form === 'piped' ? `${no}|${zone}` : `${no}${zone}`, targetZone: '' }
}
