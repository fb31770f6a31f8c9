import type { CutOff } from '../../catalog/ports.ts'
import { err, ok, type Result } from '../../shared/result.ts'

const TIME = /^(\d{1,2}):(\d{1,2})$/

/**
 * The daily pause between two times such as `23:45` and `0:15`, written with or without zeros; null when there is
 * none: absent, or both the same. Their zone is not documented; taken for Western Indonesian time.
 * @see suppliers.md 2.3
 */
export function readCutOff(
  start: string | null | undefined,
  end: string | null | undefined,
): Result<CutOff | null, { code: 'not_a_time' }> {
  if (!start && !end) return ok(null)
  const from = minuteOf(start ?? '')
  const to = minuteOf(end ?? '')
  if (from === undefined || to === undefined) return err({ code: 'not_a_time' })
  return ok(from === to ? null : { start: from, end: to })
}

function minuteOf(time: string): number | undefined {
  const [, hours, minutes] = TIME.exec(time.trim()) ?? []
  if (hours === undefined || minutes === undefined) return undefined
  return Number(hours) < 24 && Number(minutes) < 60 ? Number(hours) * 60 + Number(minutes) : undefined
}
