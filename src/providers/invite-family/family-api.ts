import * as z from 'zod'
import { createHttpClient, parseJson, type HttpClient } from '../../platform/http-client.ts'

/** Where the panel answers, and how long it may take. */
export type FamilyOptions = {
  /** What stands before `/login`, without a trailing slash. */
  apiUrl: string
  timeoutMs?: number
  /** Between two looks at a job, and how many looks an invite takes before it is left to the lookup. */
  jobEveryMs?: number
  jobLooks?: number
}

type Account = { id: string; externalId: string; credential: string }

/** The panel's answer: its word and fields; or why there is none. `banned` and `login` are its redirects. */
export type FamilyAnswer =
  | { kind: 'answered'; word: string; fields: Record<string, unknown> }
  | { kind: 'banned' }
  | { kind: 'login'; detail: string }
  | { kind: 'throttled' }
  | { kind: 'not_sent'; reason: string }
  | { kind: 'unknown'; reason: string }

export type FamilyApi = {
  get(account: Account, path: string): Promise<FamilyAnswer>
  /** A form. It is sent a second time only when the panel turned the first one away unread: the session had ended. */
  post(account: Account, path: string, form: Record<string, string>): Promise<FamilyAnswer>
}

const TIMEOUT_MS = 20_000
/** A panel for people: it is not to be hurried. */
const AT_ONCE = 4
const QUEUE = 8
const BREAK_AFTER = 10
const HALF_OPEN_AFTER_MS = 30_000
const COOKIE = /^(FAMSESI=[^;]+)/

const words = z.looseObject({ hasil: z.string() })

/** Opens the panel. Sessions are kept per account and renewed when the panel asks for a login. */
export function createFamilyApi(options: FamilyOptions): FamilyApi {
  const http = createHttpClient({
    name: 'invite-family',
    concurrency: AT_ONCE,
    queue: QUEUE,
    breakAfter: BREAK_AFTER,
    halfOpenAfterMs: HALF_OPEN_AFTER_MS,
  })
  const sessions = new Map<string, { credential: string; cookie: string }>()
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS

  async function logIn(account: Account): Promise<string | FamilyAnswer> {
    const form = { akun: account.externalId, sandi: account.credential }
    const { answer, cookie } = await exchange(http, `${options.apiUrl}/login`, { form, timeoutMs })
    // Whatever went wrong here, nothing was asked of the account yet.
    if (answer.kind === 'unknown') return { kind: 'not_sent', reason: `login: ${answer.reason}` }
    if (answer.kind !== 'answered') return answer
    if (answer.word !== 'OK' || cookie === undefined)
      return { kind: 'login', detail: `login: ${answer.word}` }
    sessions.set(account.id, { credential: account.credential, cookie })
    return cookie
  }

  async function ask(
    account: Account,
    path: string,
    form: Record<string, string> | undefined,
  ): Promise<FamilyAnswer> {
    const kept = sessions.get(account.id)
    const isFresh = kept?.credential !== account.credential
    const cookie = isFresh ? await logIn(account) : kept.cookie
    if (typeof cookie !== 'string') return cookie
    const url = `${options.apiUrl}${path}`
    const first = await exchange(http, url, { form, cookie, timeoutMs })
    if (first.answer.kind !== 'login' || isFresh) return first.answer
    sessions.delete(account.id)
    const renewed = await logIn(account)
    if (typeof renewed !== 'string') return renewed
    return (await exchange(http, url, { form, cookie: renewed, timeoutMs })).answer
  }

  return {
    get: (account, path) => ask(account, path, undefined),
    post: (account, path, form) => ask(account, path, form),
  }
}

async function exchange(
  http: HttpClient,
  url: string,
  call: { form: Record<string, string> | undefined; cookie?: string; timeoutMs: number },
): Promise<{ answer: FamilyAnswer; cookie?: string }> {
  const outcome = await http.send({
    method: call.form === undefined ? 'GET' : 'POST',
    url,
    headers: {
      accept: 'application/json',
      ...(call.cookie === undefined ? {} : { cookie: call.cookie }),
      ...(call.form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    ...(call.form === undefined ? {} : { body: new URLSearchParams(call.form).toString() }),
    timeoutMs: call.timeoutMs,
  })
  if (outcome.kind !== 'answered') return { answer: outcome }
  const { status, headers } = outcome
  if (status >= 300 && status < 400) return { answer: readRedirect(headers.get('location') ?? '') }
  if (status === 429) return { answer: { kind: 'throttled' } }
  const parsed = words.safeParse(status === 200 ? parseJson(outcome.body) : undefined)
  if (!parsed.success) return { answer: { kind: 'unknown', reason: `HTTP ${status} without a word` } }
  const cookie = headers
    .getSetCookie()
    .map((line) => COOKIE.exec(line)?.[1])
    .find((text) => text !== undefined)
  const { hasil: word, ...fields } = parsed.data
  return { answer: { kind: 'answered', word, fields }, ...(cookie === undefined ? {} : { cookie }) }
}

function readRedirect(location: string): FamilyAnswer {
  const [path = ''] = location.split(/[?#]/)
  if (path.endsWith('/terkunci')) return { kind: 'banned' }
  if (path.endsWith('/login')) return { kind: 'login', detail: 'the session ended' }
  return { kind: 'unknown', reason: 'sent to an unfamiliar page' }
}
