import { createHttpClient } from '#platform/http-client.ts'

const HTTP_TIMEOUT_MS = 5_000
/** A healthy shop of this machine answers within milliseconds. */
const NEAR_TIMEOUT_MS = 400
const HTTP_OK = 200

/** One GET, without a second try. */
export function probe(
  url: string,
  headers: Record<string, string> = {},
  timeoutMs: number = HTTP_TIMEOUT_MS,
): ReturnType<ReturnType<typeof createHttpClient>['send']> {
  const client = createHttpClient({
    name: 'doctor',
    concurrency: 1,
    queue: 1,
    breakAfter: 10,
    halfOpenAfterMs: HTTP_TIMEOUT_MS,
  })
  return client.send({ method: 'GET', url, headers, timeoutMs })
}

/** Whether a shop of this machine serves at the port of `origin`, whatever host name it has to the outside. */
export async function isLapakAt(origin: string): Promise<boolean> {
  const port = URL.parse(origin)?.port
  if (port === undefined || port === '') return false
  const answer = await probe(`http://127.0.0.1:${port}/healthz`, { connection: 'close' }, NEAR_TIMEOUT_MS)
  return answer.kind === 'answered' && answer.status === HTTP_OK
}
