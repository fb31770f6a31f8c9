import { z } from '@hono/zod-openapi'
import { err, ok, type Result } from '#shared/result.ts'
import type { Refusal } from '../problem-reply.ts'
import type { ProblemCode } from '../problems.ts'
import { decodeUtf8, MAX_IMPORT_BYTES, mediaTypeOf, readBody } from '../read-body.ts'
import { jsonReply } from '../reply.ts'
import { defineRoute } from '../route.ts'
import { OPERATOR_TIMEOUT_MS } from './operator-limits.ts'
import { SkuParams } from './price-schemas.ts'

const REFUSALS = {
  sku_unknown: 'not_found',
  not_stock: 'not_stock',
  empty: 'import_empty',
  too_large: 'body_too_large',
} as const satisfies Record<string, ProblemCode>

const TEXT_TYPES: ReadonlySet<string | undefined> = new Set(['text/csv', 'text/plain'])

const StockImportModel = z
  .object({
    batchId: z.string(),
    imported: z.int(),
    duplicates: z.int(),
    rejected: z.array(
      z.object({ row: z.int(), reason: z.enum(['blank', 'too_long', 'control_characters']) }),
    ),
    rejectedTotal: z.int(),
  })
  .openapi('StockImport')

/** Imports secrets into a SKU's sealed stock. */
export const importStock = defineRoute({
  method: 'post',
  path: '/api/admin/stock/{sku}',
  id: 'importStock',
  tag: 'Operator',
  summary: 'Import stock',
  description:
    'One secret per CSV row or line, as text or as the multipart part `file`. Duplicates are counted, not stored.',
  access: 'operator',
  headers: 'privateApi',
  timeoutMs: OPERATOR_TIMEOUT_MS,
  params: SkuParams,
  rawBody: {
    contentTypes: ['text/csv', 'text/plain', 'multipart/form-data'],
    description: 'The secrets',
    limit: MAX_IMPORT_BYTES,
  },
  answers: { 200: { description: 'What was stored', schema: StockImportModel } },
  problems: [
    'token_required',
    'not_found',
    'not_stock',
    'import_empty',
    'body_too_large',
    'unsupported_media_type',
    'malformed_request',
    'rate_limited',
  ],
  handle: async ({ params }, { app, request }) => {
    const csv = await readCsv(request)
    if (!csv.ok) return csv
    const result = await app.operator.importStock(params.sku, csv.value, 'operator')
    return result.ok ? ok(jsonReply(result.value)) : err({ code: REFUSALS[result.error.code] })
  },
})

async function readCsv(request: Request): Promise<Result<string, Refusal>> {
  const type = mediaTypeOf(request.headers)
  const isMultipart = type === 'multipart/form-data'
  if (!isMultipart && !TEXT_TYPES.has(type)) return err({ code: 'unsupported_media_type' })
  const bytes = await readBody(request, MAX_IMPORT_BYTES)
  if (!bytes.ok) return bytes
  const content = isMultipart ? await partNamedFile(bytes.value, request.headers) : bytes.value
  const text = content === undefined ? undefined : decodeUtf8(content)
  return text === undefined ? err({ code: 'malformed_request' }) : ok(text)
}

async function partNamedFile(bytes: Buffer<ArrayBuffer>, headers: Headers): Promise<Uint8Array | undefined> {
  try {
    const form = await new Response(bytes, {
      headers: { 'content-type': headers.get('content-type') ?? '' },
    }).formData()
    const part = form.get('file')
    if (part === null) return undefined
    return typeof part === 'string' ? Buffer.from(part) : new Uint8Array(await part.arrayBuffer())
  } catch {
    return undefined
  }
}
