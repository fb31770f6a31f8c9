const FORM = /^(\d{2})\/(\d{2})\/(\d{4}) (\d{2}):(\d{2})$/

/** The moment of a time as the panel writes it, `21/11/2026 15:04` in Jakarta; undefined for any other form. */
export function readPanelTime(text: string): Date | undefined {
  const match = FORM.exec(text)
  if (match === null) return undefined
  const [, day, month, year, hour, minute] = match
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:00+07:00`)
  return Number.isNaN(at.getTime()) ? undefined : at
}
