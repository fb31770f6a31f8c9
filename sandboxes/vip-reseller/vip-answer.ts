/** The envelope of every answer, always with HTTP 200. @see suppliers.md 1.1 */
export type VipAnswer = { result: boolean; data: unknown; message: string } & Record<string, unknown>

export function accept(data: unknown, message: string): VipAnswer {
  return { result: true, data, message }
}

/** Returns a refusal; texts are those of the related panel. @see suppliers.md 1.8 */
export function refuse(message: string, data: unknown = null): VipAnswer {
  return { result: false, data, message }
}
