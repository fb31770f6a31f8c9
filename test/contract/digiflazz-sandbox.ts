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
  stop(): Promise<void>
}

/** The production account of every sandbox. */
export const DIGIFLAZZ_DEMO = { username: 'demouser', apiKey: '11111111-0000-4000-8000-000000000000' }

/** Starts the sandbox alone on a free port; its webhooks go nowhere. */
export async function startDigiflazzSandbox(): Promise<DigiflazzSandbox> {
  const running = await startSandboxes({ port: 0, only: ['digiflazz'] })
  const url = running.urls['digiflazz'] ?? ''
  return {
    url,
    connect: (options) => createDigiflazz({ apiUrl: `${url}/v1`, ...DIGIFLAZZ_DEMO, ...options }),
    async control(route, body) {
      const response = await fetch(`${url}/_sandbox/${route}`, { method: 'POST', body: JSON.stringify(body) })
      if (!response.ok) throw new Error(`${route}: ${response.status} ${await response.text()}`)
      return await response.json()
    },
    stop: running.stop,
  }
}
