import { OpenAPIHono, z, type RouteConfig } from '@hono/zod-openapi'
import { PROBLEMS, type ProblemCode } from './problems.ts'
import type { DocumentedAnswer, Route } from './route.ts'

/** Version of the HTTP interface: grows when something is added or (major) taken away. */
const API_VERSION = '1.0.0'

const ProblemModel = z
  .object({
    type: z.url().openapi({ description: 'Leads to the description of `code`' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().openapi({ description: 'Stable; branch on this' }),
    errors: z
      .array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() }))
      .optional()
      .openapi({ description: 'Places in the body as JSON pointers, or `/query/…`' }),
    retryAfterSeconds: z.int().optional(),
    requestId: z.string(),
  })
  .openapi('Problem')

/** Every route may answer with these, so they are not listed route by route. */
const EVERYWHERE: readonly ProblemCode[] = ['internal_error', 'took_too_long', 'store_unavailable']

/** The OpenAPI 3.1 document of the routes. Rebuilt from the code; nothing is written by hand. */
export function buildOpenApi(routes: readonly Route[], appUrl: string) {
  const { openAPIRegistry, getOpenAPI31Document } = new OpenAPIHono()
  openAPIRegistry.registerComponent('securitySchemes', 'operatorToken', {
    type: 'http',
    scheme: 'bearer',
    description: '`ADMIN_API_TOKEN`; cron routes also take `CRON_SECRET_KEY`',
  })
  openAPIRegistry.registerComponent('securitySchemes', 'cronKey', {
    type: 'apiKey',
    in: 'query',
    name: 'key',
  })
  for (const route of routes) openAPIRegistry.registerPath(describe(route, appUrl))
  return getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Lapak',
      version: API_VERSION,
      description:
        'Prices are whole rupiah. Errors are `application/problem+json`; branch on `code`. Lists are paged by `cursor`. Limited routes answer with `RateLimit-*` headers.',
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    servers: [{ url: appUrl }],
    tags: ['Catalogue', 'Orders', 'Webhooks', 'Operator', 'System'].map((name) => ({ name })),
  })
}

function describe(route: Route, appUrl: string): RouteConfig {
  const { json, jsonExample, rawBody, query, params, requestHeaders } = route
  const content = json
    ? { 'application/json': { schema: json, ...(jsonExample === undefined ? {} : { example: jsonExample }) } }
    : Object.fromEntries((rawBody?.contentTypes ?? []).map((type) => [type, { schema: z.string() }]))
  return {
    method: route.method,
    path: route.path,
    operationId: route.id,
    summary: route.summary,
    tags: [route.tag],
    ...(route.description === undefined ? {} : { description: route.description }),
    ...securityOf(route),
    request: {
      ...(query === undefined ? {} : { query }),
      ...(params === undefined ? {} : { params }),
      ...(requestHeaders === undefined ? {} : { headers: requestHeaders }),
      ...(json || rawBody
        ? {
            body: {
              required: !route.isBodyOptional,
              content,
              ...(rawBody ? { description: rawBody.description } : {}),
            },
          }
        : {}),
    },
    responses: { ...answersOf(route), ...problemsOf(route, appUrl) },
  }
}

function securityOf({ access }: Route): Pick<RouteConfig, 'security'> {
  if (access === 'public' || access === 'webhook') return {}
  if (access === 'cron') return { security: [{ operatorToken: [] }, { cronKey: [] }] }
  return { security: [{ operatorToken: [] }] }
}

function answersOf(route: Route): RouteConfig['responses'] {
  return Object.fromEntries(
    Object.entries(route.answers).map(([status, answer]) => [status, describeAnswer(answer)]),
  )
}

function describeAnswer({ description, schema, contentType, example }: DocumentedAnswer) {
  if (schema === undefined && contentType === undefined && example === undefined) return { description }
  const type = contentType ?? 'application/json'
  const media = { schema: schema ?? (contentType === undefined ? z.unknown() : z.string()) }
  return { description, content: { [type]: example === undefined ? media : { ...media, example } } }
}

function problemsOf(route: Route, appUrl: string): RouteConfig['responses'] {
  const byStatus = Map.groupBy(new Set([...route.problems, ...EVERYWHERE]), (code) => PROBLEMS[code].status)
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].titleEn}`).join('; '),
        content: {
          'application/problem+json': { schema: ProblemModel, examples: examplesOf(codes, appUrl) },
        },
      },
    ]),
  )
}

function examplesOf(codes: readonly ProblemCode[], appUrl: string) {
  return Object.fromEntries(
    codes.map((code) => {
      const { status, titleEn } = PROBLEMS[code]
      const value = {
        type: `${appUrl}/problems#${code}`,
        title: titleEn,
        status,
        detail: titleEn,
        code,
        requestId: '0199b7a4-7c1e-7d11-8a51-3f6f4c1d2b90',
      }
      return [code, { value }]
    }),
  )
}
