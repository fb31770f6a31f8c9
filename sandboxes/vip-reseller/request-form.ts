import type { Context } from 'hono'
import { parseJson } from '../control.ts'

/** Fields of a request by name; repeated names keep the last value. */
export type RequestForm = Record<string, string>

/**
 * Returns the posted form fields (urlencoded or multipart). Other encodings give an empty form, which the
 * caller refuses as "not detected".
 */
export async function readForm(c: Context, acceptJson: boolean): Promise<RequestForm> {
  const type = c.req.header('content-type') ?? ''
  if (acceptJson && type.includes('application/json')) return stringFields(parseJson(await c.req.text()))
  if (!type.includes('form')) return {}
  try {
    const fields = [...(await c.req.formData()).entries()]
    return Object.fromEntries(
      fields.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    )
  } catch {
    return {}
  }
}

function stringFields(value: unknown): RequestForm {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, String(field)]))
}
