import { startSandboxes } from '../../../sandboxes/main.ts'
import { createMidtransGateway } from '../../../src/providers/midtrans/midtrans-gateway.ts'
import { paymentGateways, type PaymentGateway, type PaymentGateways } from '#payments'

/** A Midtrans sandbox with the adapter that talks to it. */
export type MidtransSandbox = {
  gateway: PaymentGateway
  gateways: PaymentGateways
  /** Posts to a control route. Throws when the sandbox refuses. */
  control(route: string, body: unknown): Promise<Record<string, unknown>>
  /** Bodies of all notifications about a reference, as text, oldest first. */
  notifications(reference: string): Promise<string[]>
  stop(): Promise<void>
}

export const SERVER_KEY = 'SB-Mid-server-lapak-demo'
export const MERCHANT_ID = 'G000000000'

/** Starts a sandbox that sends its notifications nowhere; tests carry them over by hand. */
export async function startMidtransSandbox(): Promise<MidtransSandbox> {
  const sandboxes = await startSandboxes({ port: 0, only: ['midtrans'], appUrl: 'http://127.0.0.1:9' })
  const url = sandboxes.urls['midtrans'] ?? ''
  const gateway = createMidtransGateway({
    serverKey: SERVER_KEY,
    snapUrl: `${url}/snap/v1`,
    apiUrl: url,
    merchantId: MERCHANT_ID,
  })
  return {
    gateway,
    gateways: paymentGateways([gateway]),
    async control(route, body) {
      const response = await fetch(`${url}/_sandbox/${route}`, { method: 'POST', body: JSON.stringify(body) })
      const answer = (await response.json()) as Record<string, unknown>
      if (!response.ok) throw new Error(`${route}: ${JSON.stringify(answer)}`)
      return answer
    },
    async notifications(reference) {
      const response = await fetch(`${url}/_sandbox/webhooks`)
      const { webhooks } = (await response.json()) as {
        webhooks: { body: { order_id?: string }; attempt: number }[]
      }
      const mine = webhooks.filter(({ body, attempt }) => body.order_id === reference && attempt === 1)
      return mine.map(({ body }) => JSON.stringify(body))
    },
    stop: () => sandboxes.stop(),
  }
}
