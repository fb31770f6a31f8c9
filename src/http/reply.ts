/** Headers as a plain object with lower-case names: the server's quickest way out. */
export type HeaderMap = Record<string, string>

/** An answer before the headers of its route class are added. */
export type Reply = {
  status: number
  headers: HeaderMap
  body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null
  /** `Set-Cookie` lines; kept apart because a plain header object holds each name once. */
  cookies?: readonly string[]
}

/** A JSON answer. */
export function jsonReply(value: unknown, status = 200, headers: HeaderMap = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  }
}

/** Texts of values that many requests share; an entry lives as long as its value. */
const written = new WeakMap<object, string>()

/** A JSON answer of a value that many requests get, for example from a cache: it is written as text once. */
export function sharedJsonReply(value: object): Reply {
  const known = written.get(value)
  const body = known ?? JSON.stringify(value)
  if (known === undefined) written.set(value, body)
  return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body }
}

/** A text answer of the given content type. */
export function textReply(body: string, contentType: string, headers: HeaderMap = {}): Reply {
  return { status: 200, headers: { 'content-type': contentType, ...headers }, body }
}

/** The answer as a fetch response; `extra` wins over nothing the reply says itself. */
export function toResponse(reply: Reply, extra: HeaderMap): Response {
  const plain = { ...extra, ...reply.headers }
  if (reply.cookies === undefined || reply.cookies.length === 0) {
    return new Response(reply.body, { status: reply.status, headers: plain })
  }
  const headers = new Headers(plain)
  for (const cookie of reply.cookies) headers.append('set-cookie', cookie)
  return new Response(reply.body, { status: reply.status, headers })
}
