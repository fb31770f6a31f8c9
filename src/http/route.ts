import type { z } from '@hono/zod-openapi'
import { err, ok, type Result } from '#shared/result.ts'
import type { App, Visitor } from '../app.ts'
import type { FieldError } from '../orders/order-view.ts'
import type { Access } from './access.ts'
import { fieldErrors } from './field-errors.ts'
import { describeTextFlaw, parseGuardedJson } from './json-guard.ts'
import { readLocale } from './locale.ts'
import type { Refusal } from './problem-reply.ts'
import type { ProblemCode } from './problems.ts'
import type { LimitName } from './rate-limits.ts'
import { decodeUtf8, MAX_JSON_BYTES, mediaTypeOf, readBody } from './read-body.ts'
import type { Reply } from './reply.ts'
import type { HeaderClass } from './security-headers.ts'

/** What a handler gets besides its parsed input. */
export type RequestContext = {
  app: App
  request: Request
  url: URL
  params: Record<string, string>
  visitor: Visitor
  requestId: string
  /** Aborted when the server is being stopped. */
  closing: AbortSignal
  /** Where the documentation and links of answers point: the public origin. */
  appUrl: string
  /** Breaks the connection off: the only honest end of an answer whose rest is missing. */
  hangUp(): void
}

export type Answer = Promise<Result<Reply, Refusal>>

/** What the OpenAPI document says about one answer. */
export type DocumentedAnswer = {
  description: string
  schema?: z.ZodType
  contentType?: string
  example?: unknown
}

/** How a body is read: `json` by its schema, `bytes` by the handler, `none` not at all. */
export type DocumentedBody = { contentTypes: readonly string[]; description: string; limit: number }

type RouteFacts = {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** Path as OpenAPI writes it: `/api/services/{slug}`. A parameter named `path` takes the rest, slashes included. */
  path: `/${string}`
  id: string
  tag: 'Catalogue' | 'Orders' | 'Webhooks' | 'Operator' | 'System'
  summary: string
  description?: string
  access: Access
  headers: HeaderClass
  limit?: LimitName
  timeoutMs?: number
  /** False where a browser has no business, so no other site can use one: webhooks and safe methods. */
  isCrossSiteSafe?: boolean
  answers: Record<number, DocumentedAnswer>
  problems: readonly ProblemCode[]
  /** Headers of the request worth documenting. */
  requestHeaders?: z.ZodObject
  rawBody?: DocumentedBody
}

/** A route with its schemas erased: what is mounted, documented and tested. */
export type Route = RouteFacts & {
  query?: z.ZodObject
  params?: z.ZodObject
  json?: z.ZodType
  jsonExample?: unknown
  /** A request without a body is taken for an empty object. */
  isBodyOptional?: boolean
  answer: (context: RequestContext) => Answer
}

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined

type RouteSpec<Q, P, J> = RouteFacts & {
  query?: Q
  params?: P
  json?: J
  jsonExample?: unknown
  isBodyOptional?: boolean
  handle: (input: { query: Parsed<Q>; params: Parsed<P>; body: Parsed<J> }, context: RequestContext) => Answer
}

/**
 * A route whose handler receives parsed query, path parameters and JSON body. A path parameter of the wrong
 * form is answered like one that does not exist.
 */
export function defineRoute<
  Q extends z.ZodObject | undefined = undefined,
  P extends z.ZodObject | undefined = undefined,
  J extends z.ZodType | undefined = undefined,
>(spec: RouteSpec<Q, P, J>): Route {
  const { handle, ...facts } = spec
  const answer = async (context: RequestContext): Answer => {
    const params = parseParams(spec.params, context.params)
    if (!params.ok) return params
    const query = parseQuery(spec.query, context.url)
    if (!query.ok) return query
    const body = await parseJson(spec.json, context, spec.isBodyOptional ?? false)
    if (!body.ok) return body
    // The three schemas are the ones the types were taken from.
    const input = { query: query.value, params: params.value, body: body.value } as Parameters<
      typeof handle
    >[0]
    return handle(input, context)
  }
  return { ...(facts as RouteFacts), ...definedSchemas(spec), answer }
}

function definedSchemas(spec: { query?: unknown; params?: unknown; json?: unknown; jsonExample?: unknown }) {
  const { query, params, json, jsonExample } = spec
  const entries = Object.entries({ query, params, json, jsonExample }).filter(
    ([, value]) => value !== undefined,
  )
  return Object.fromEntries(entries) as Pick<Route, 'query' | 'params' | 'json' | 'jsonExample'>
}

function parseParams(
  schema: z.ZodObject | undefined,
  params: Record<string, string>,
): Result<unknown, Refusal> {
  if (schema === undefined) return ok(undefined)
  const parsed = schema.safeParse(params)
  return parsed.success ? ok(parsed.data) : err({ code: 'not_found' })
}

function parseQuery(schema: z.ZodObject | undefined, url: URL): Result<unknown, Refusal> {
  if (schema === undefined) return ok(undefined)
  const given: Record<string, string> = Object.create(null)
  for (const [name, value] of url.searchParams) {
    const flaw = describeTextFlaw(value, `/query/${name}`) ?? (name in given ? writtenTwice(name) : undefined)
    if (flaw) return err({ code: 'invalid_request', errors: [flaw] })
    given[name] = value
  }
  const parsed = schema.safeParse({ ...given }, { reportInput: true })
  return parsed.success
    ? ok(parsed.data)
    : err({ code: 'invalid_request', errors: fieldErrors(parsed.error, '/query') })
}

function writtenTwice(name: string): FieldError {
  return {
    pointer: `/query/${name}`,
    code: 'duplicate_key',
    detail: 'Ditulis dua kali.',
    detailEn: 'Written twice.',
  }
}

async function parseJson(
  schema: z.ZodType | undefined,
  context: RequestContext,
  isOptional: boolean,
): Promise<Result<unknown, Refusal>> {
  if (schema === undefined) return ok(undefined)
  const isJson = mediaTypeOf(context.request.headers) === 'application/json'
  if (!isJson && !isOptional) return err({ code: 'unsupported_media_type' })
  const bytes = await readBody(context.request, MAX_JSON_BYTES)
  if (!bytes.ok) return bytes
  if (isOptional && bytes.value.byteLength === 0) return ok(schema.parse({}))
  if (!isJson) return err({ code: 'unsupported_media_type' })
  const text = decodeUtf8(bytes.value)
  if (text === undefined) return err({ code: 'malformed_json' })
  const value = parseGuardedJson(text)
  if (!value.ok) return value
  adoptLocale(value.value, context)
  const parsed = schema.safeParse(value.value, { reportInput: true })
  return parsed.success
    ? ok(parsed.data)
    : err({ code: 'invalid_request', errors: fieldErrors(parsed.error) })
}

/** The body's `locale` decides the language of the answer unless the address says otherwise. */
function adoptLocale(body: unknown, context: RequestContext): void {
  if (typeof body !== 'object' || body === null || !('locale' in body)) return
  const locale = typeof body.locale === 'string' ? readLocale(body.locale) : undefined
  if (locale !== undefined && !context.url.searchParams.has('lang')) context.visitor.locale = locale
}
