import { accountSignature } from './signature.ts'
import { refuse, type VipAnswer } from './vip-answer.ts'
import type { RequestForm } from './request-form.ts'
import type { Vip } from './vip-state.ts'

/**
 * Returns the refusal of a request before its type is looked at, or undefined when it may go on; in the
 * order of suppliers.md 1.8, steps 1 to 5.
 */
export function accessProblem(
  vip: Vip,
  form: RequestForm,
  request: { peer: string; needsType: boolean },
): VipAnswer | undefined {
  const { settings, apiId, apiKey } = vip
  if (settings.maintenance) return refuse('Ada pemeliharaan sistem API, coba lagi nanti.')
  if (!form.key || !form.sign || (request.needsType && !form.type))
    return refuse('Request not detected.', form)
  if (form.key !== apiKey) return refuse('API Key not registered.')
  if (form.sign !== accountSignature(apiId, apiKey)) return refuse('API Signature not valid.')
  const peer = request.peer.replace(/^::ffff:/, '')
  if (settings.allowedIps.length > 0 && !settings.allowedIps.includes(peer)) {
    return refuse(`IP ${peer} is not permitted`)
  }
  return undefined
}
