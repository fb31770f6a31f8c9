import { Hono, type Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { z } from 'zod'
import type { SandboxClock } from './clock.ts'
import { faultRulesSchema, type Faults } from './faults.ts'
import type { RequestLog } from './sandbox-server.ts'
import type { Sandbox } from './sandbox.ts'

/**
 * Returns the sandbox's app with the control routes every provider shares: state, reset, faults and clock.
 */
export function withControl(
  sandbox: Sandbox,
  { faults, clock, requests }: { faults: Faults; clock: SandboxClock; requests: RequestLog },
): Hono {
  const app = new Hono()
  app.onError(answerError)
  app.get('/_sandbox/state', (c) =>
    c.json({
      now: clock.now().toISOString(),
      faults: faults.list(),
      requests: requests.list(),
      state: sandbox.state(),
    }),
  )
  app.post('/_sandbox/reset', (c) => {
    clock.clear()
    faults.set([])
    requests.clear()
    sandbox.reset()
    return c.json({ ok: true })
  })
  app.post('/_sandbox/faults', async (c) => {
    faults.set(await readControl(c, faultRulesSchema))
    return c.json({ faults: faults.list() })
  })
  app.post('/_sandbox/clock', async (c) => {
    const { advanceMs, now } = await readControl(c, clockSchema)
    clock.advance(now === undefined ? (advanceMs ?? 0) : Date.parse(now) - clock.now().getTime())
    return c.json({ now: clock.now().toISOString() })
  })
  app.route('/', sandbox.app)
  return app
}

/** `now` sets the time, into the past too: then nothing becomes due. */
const clockSchema = z.union([
  z.object({ now: z.iso.datetime({ offset: true }), advanceMs: z.undefined().optional() }),
  z.object({ advanceMs: z.int().min(0), now: z.undefined().optional() }),
])

/** Returns the checked JSON body of a control route; an empty body counts as `{}`. Throws a 400 with reasons. */
export async function readControl<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const text = await c.req.text()
  const parsed = schema.safeParse(text === '' ? {} : parseJson(text))
  if (!parsed.success) throw controlError(400, z.prettifyError(parsed.error))
  return parsed.data
}

/** Returns an exception that answers a control route with `{error}`. */
export function controlError(status: 400 | 404 | 409, error: string): HTTPException {
  return new HTTPException(status, { res: Response.json({ error }, { status }) })
}

/** Returns the parsed value, or undefined when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function answerError(error: Error): Response {
  if (error instanceof HTTPException) return error.getResponse()
  return Response.json({ error: error.message }, { status: 500 })
}
