import type { FieldError } from '../orders/order-view.ts'
import type { Reply } from './reply.ts'
import type { Visitor } from '../app.ts'
import { PROBLEMS, type ProblemCode } from './problems.ts'

/** Why a request is refused, before it is put into words. */
export type Refusal = {
  code: ProblemCode
  errors?: readonly FieldError[]
  retryAfterSeconds?: number
  /** Further members of the problem, for example the fresh quote. */
  members?: Record<string, unknown>
  headers?: Record<string, string>
  /** What broke, for the log only. */
  cause?: unknown
}

/** A refusal about one place of the request. */
export function refuseField(error: FieldError): Refusal {
  return { code: 'invalid_request', errors: [error] }
}

/** What a problem needs to know of its request. */
export type ProblemContext = { appUrl: string; locale: Visitor['locale']; requestId: string }

/** The refusal as an RFC 9457 problem in the visitor's language. */
export function problemReply(refusal: Refusal, context: ProblemContext): Reply & { body: string } {
  const entry = PROBLEMS[refusal.code]
  const inEnglish = context.locale === 'en'
  const title = inEnglish ? entry.titleEn : entry.title
  const errors = refusal.errors?.map(({ pointer, code, detail, detailEn }) => ({
    pointer,
    code,
    detail: inEnglish ? detailEn : detail,
  }))
  const headers: Record<string, string> = { 'content-type': 'application/problem+json', ...refusal.headers }
  if (refusal.retryAfterSeconds !== undefined) headers['retry-after'] = String(refusal.retryAfterSeconds)
  headers['cache-control'] = 'no-store'
  const body = {
    type: `${context.appUrl}/problems#${refusal.code}`,
    title,
    status: entry.status,
    detail: errors?.[0]?.detail ?? title,
    code: refusal.code,
    ...(errors === undefined ? {} : { errors }),
    ...(refusal.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: refusal.retryAfterSeconds }),
    requestId: context.requestId,
    ...refusal.members,
  }
  return { status: entry.status, headers, body: JSON.stringify(body) }
}
