import { err, ok } from '#shared/result.ts'
import type { ProblemCode } from '../problems.ts'
import type { Refusal } from '../problem-reply.ts'
import { MAX_WEBHOOK_BYTES, readBody } from '../read-body.ts'
import { defineRoute, type Route } from '../route.ts'

/** Seconds after which a provider may send a message again that could not be stored. */
const STORE_RETRY_SECONDS = 10

const REFUSALS = {
  forged: 'webhook_forged',
  malformed: 'webhook_malformed',
  unknown_provider: 'not_found',
} as const satisfies Record<string, ProblemCode>

/**
 * The route that takes a provider's messages. Answers as soon as the raw bytes are stored, with the words that this
 * provider wants to read; a duplicate is answered like the first.
 */
export function receiveWebhook(
  provider: 'midtrans' | 'tokopay' | 'vip-reseller' | 'digiflazz',
  title: string,
): Route {
  return defineRoute({
    method: 'post',
    path: `/api/webhooks/${provider}`,
    id: `receive-${provider}`,
    tag: 'Webhooks',
    summary: `Messages of ${title}`,
    description: 'Stored, answered, handled later. Duplicates are answered like the first.',
    access: 'webhook',
    headers: 'privateApi',
    isCrossSiteSafe: true,
    rawBody: {
      contentTypes: ['*/*'],
      description: 'The provider’s own format, raw',
      limit: MAX_WEBHOOK_BYTES,
    },
    answers: { 200: { description: 'Stored', example: { status: true } } },
    problems: [
      'webhook_forged',
      'webhook_malformed',
      'body_too_large',
      'unsupported_encoding',
      'store_unavailable',
    ],
    handle: async (_input, { app, request }) => {
      const body = await readBody(request, MAX_WEBHOOK_BYTES)
      if (!body.ok) return body
      const accepted = await app.webhooks.accept(provider, body.value, request.headers).catch(storeFailure)
      if ('failure' in accepted) return err(accepted.failure)
      if (!accepted.ok) return err({ code: REFUSALS[accepted.error.code] })
      const { status, contentType, body: text } = accepted.value
      return ok({ status, headers: { 'content-type': contentType }, body: text })
    },
  })
}

function storeFailure(cause: unknown): { failure: Refusal } {
  return { failure: { code: 'store_unavailable', retryAfterSeconds: STORE_RETRY_SECONDS, cause } }
}
