import { startSandboxes } from '../../sandboxes/main.ts'
import {
  createDigiflazz,
  type Digiflazz,
  type DigiflazzOptions,
} from '../../src/providers/digiflazz/digiflazz.ts'

/** A running Digiflazz sandbox with the switches that tests use. */
export type DigiflazzSandbox = {
  url: string
  connect(options?: Partial<DigiflazzOptions>): Digiflazz
  control(route: string, body: unknown): Promise<unknown>
  orders(): Promise<{ balance: number; orders: DigiflazzOrder[] }>
  stop(): Promise<void>
}

/** A transaction in the sandbox's books, newest first. */
export type DigiflazzOrder = {
  refId: string
  code: string
  customer: string
  status: string
  price: number
  isRefunded: boolean
}

/** The production account of every sandbox. */
export const DIGIFLAZZ_DEMO = { username: 'demouser', apiKey: '11111111-0000-4000-8000-000000000000' }
export const DIGIFLAZZ_SECRET = 'demo-webhook-secret'

/** Starts the sandbox alone on a free port; its webhooks go nowhere. */
export async function startDigiflazzSandbox(): Promise<DigiflazzSandbox> {
  const running = await startSandboxes({ port: 0, only: ['digiflazz'] })
  const url = running.urls['digiflazz'] ?? ''
  return {
    url,
    connect: (options) =>
      createDigiflazz({
        apiUrl: `${url}/v1`,
        ...DIGIFLAZZ_DEMO,
        webhookSecret: DIGIFLAZZ_SECRET,
        ...options,
      }),
    async control(route, body) {
      const response = await fetch(`${url}/_sandbox/${route}`, { method: 'POST', body: JSON.stringify(body) })
      if (!response.ok) throw new Error(`${route}: ${response.status} ${await response.text()}`)
      return await response.json()
    },
    async orders() {
      const response = await fetch(`${url}/_sandbox/orders`)
      return (await response.json()) as Awaited<ReturnType<DigiflazzSandbox['orders']>>
    },
    stop: running.stop,
  }
}
