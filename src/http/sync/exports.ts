import { z } from '@hono/zod-openapi'
import type { Log } from '#platform/log.ts'
import { err, ok } from '#shared/result.ts'
import { EXPORT_FORMATS, exportText, type ExportFormat, type ExportRow } from '../export-text.ts'
import type { Reply } from '../reply.ts'
import { defineRoute, type RequestContext, type Route } from '../route.ts'
import { ConnectionName } from './run-schemas.ts'

const CONTENT_TYPES: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8; header=present',
  ndjson: 'application/x-ndjson; charset=utf-8',
}

const encoder = new TextEncoder()

/** Everything that was synchronised of one kind, as a file. It is written as it is read, however many rows there are. */
export function exportRoute(log: Log | undefined): Route {
  return defineRoute({
    method: 'get',
    path: '/api/exports/{name}',
    id: 'exportRows',
    tag: 'Operator',
    summary: 'Export as CSV or NDJSON',
    description:
      'A connection that closes before its end is a file that is not complete. In CSV a text that a spreadsheet would run as a formula begins with an apostrophe; NDJSON is exact.',
    access: 'operator',
    headers: 'privateApi',
    params: z.object({ name: ConnectionName.openapi({ example: 'products' }) }),
    query: z.object({ format: z.enum(EXPORT_FORMATS).default('csv') }),
    answers: { 200: { description: 'All rows', contentType: 'text/csv' } },
    problems: ['token_required', 'invalid_request', 'export_unknown', 'rate_limited'],
    handle: async ({ params: { name }, query: { format } }, context) => {
      const { app, request } = context
      const rows = app.exports.rows(name)
      if (rows === undefined) return err({ code: 'export_unknown', members: { names: app.exports.names() } })
      const headers = {
        'content-type': CONTENT_TYPES[format],
        'content-disposition': `attachment; filename="${name}.${format}"`,
        // A proxy that collected the whole file first would undo the streaming.
        'x-accel-buffering': 'no',
      }
      if (request.method === 'HEAD') return ok({ status: 200, headers, body: null })
      return ok({ status: 200, headers, body: streamOf(rows, format, context, log) })
    },
  })
}

/** A stream that reads on only when the client has taken what it was given. */
function streamOf(
  rows: AsyncIterable<ExportRow>,
  format: ExportFormat,
  { closing, requestId, hangUp }: RequestContext,
  log: Log | undefined,
): NonNullable<Reply['body']> {
  const text = exportText(rows, format)
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    try {
      const { done, value } = await text.next()
      if (done) controller.close()
      else if (closing.aborted) throw new Error('the server is being stopped')
      else controller.enqueue(encoder.encode(value))
    } catch (error) {
      log?.error({ requestId, route: '/api/exports/{name}', err: error }, 'an export broke off')
      // A failed stream would be ended by the server with the error's text, like a whole file.
      hangUp()
      await text.return()
    }
  }
  const cancel = async () => {
    await text.return()
  }
  return new ReadableStream<Uint8Array>({ pull, cancel }, { highWaterMark: 1 })
}
