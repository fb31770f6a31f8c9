import { z } from '@hono/zod-openapi'
import { err, ok } from '#shared/result.ts'
import { defined } from '../api/services.ts'
import { jsonReply, textReply } from '../reply.ts'
import { defineRoute } from '../route.ts'
import { IdPageQuery, NextCursor } from '../sync/run-schemas.ts'

const MessageListModel = z
  .object({
    messages: z.array(
      z
        .object({
          id: z.string(),
          template: z.string(),
          channel: z.enum(['email', 'whatsapp', 'telegram']),
          recipient: z.string().openapi({ description: 'Masked' }),
          locale: z.enum(['id', 'en']),
          orderNumber: z.string().nullable(),
          state: z
            .enum(['WAITING', 'SENDING', 'SENT', 'UNKNOWN', 'FAILED', 'SKIPPED'])
            .openapi({ description: '`UNKNOWN` may have arrived; `SKIPPED` was no longer true' }),
          tries: z.int(),
          detail: z.string().nullable(),
          createdAt: z.iso.datetime({ offset: true }),
          sentAt: z.iso.datetime({ offset: true }).nullable(),
        })
        .openapi('Message'),
    ),
    nextCursor: NextCursor,
  })
  .openapi('MessageList')

const MessageQuery = IdPageQuery.extend({
  order: z
    .string()
    .regex(/^LP-[0-9A-Z]{10}$/)
    .optional()
    .openapi({ description: 'Only messages of this order' }),
})

/** What was sent to buyers and staff. */
export const listMessages = defineRoute({
  method: 'get',
  path: '/api/admin/messages',
  id: 'listMessages',
  tag: 'Operator',
  summary: 'Messages that were sent, or are to be',
  description: 'Newest first. Recipients are masked.',
  access: 'operator',
  headers: 'privateApi',
  query: MessageQuery,
  answers: { 200: { description: 'One page, newest first', schema: MessageListModel } },
  problems: ['token_required', 'invalid_request', 'rate_limited'],
  handle: async ({ query: { order, ...query } }, { app }) =>
    ok(jsonReply(await app.messages.list(defined({ ...query, orderNumber: order })))),
})

const TemplateParams = z.object({ name: z.string().regex(/^[a-z]+(-[a-z]+){0,4}$/) })
const TemplateQuery = z.object({
  locale: z.enum(['id', 'en']).default('id'),
  format: z.enum(['json', 'html']).default('json').openapi({ description: '`html` answers the mail itself' }),
})

/** One template with made-up values. */
export const previewTemplate = defineRoute({
  method: 'get',
  path: '/api/admin/message-templates/{name}',
  id: 'previewMessageTemplate',
  tag: 'Operator',
  summary: 'A template with made-up values',
  access: 'operator',
  headers: 'privateApi',
  params: TemplateParams,
  query: TemplateQuery,
  answers: {
    200: {
      description: 'The message as it would be sent',
      schema: z.object({ subject: z.string(), text: z.string(), html: z.string() }).openapi('MessagePreview'),
    },
  },
  problems: ['token_required', 'invalid_request', 'not_found', 'rate_limited'],
  handle: async ({ params, query }, { app }) => {
    const name = app.messages.templates().find((known) => known === params.name)
    const preview = name === undefined ? undefined : app.messages.preview(name, query.locale)
    if (preview === undefined) return err({ code: 'not_found' })
    return ok(
      query.format === 'html' ? textReply(preview.html, 'text/html; charset=utf-8') : jsonReply(preview),
    )
  },
})
