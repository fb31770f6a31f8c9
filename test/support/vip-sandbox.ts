import { startSandboxes } from '../../sandboxes/main.ts'
import {
  createVipReseller,
  type VipReseller,
  type VipResellerOptions,
} from '../../src/providers/vip-reseller/vip-reseller.ts'

/** A running VIP-Reseller sandbox with the switches that tests use. */
export type VipSandbox = {
  url: string
  connect(options?: Partial<VipResellerOptions>): VipReseller
  control(route: string, body: unknown): Promise<unknown>
  orders(): Promise<{
    balance: number
    orders: { trxid: string; status: string; target: string; price: number }[]
  }>
  stop(): Promise<void>
}

/** The credentials that every sandbox accepts. */
export const VIP_DEMO = { apiId: 'DEMOID01', apiKey: 'demoKey_0123456789abcdefABCDEF' }

/** Starts the sandbox alone on a free port; its webhooks go nowhere. */
export async function startVipSandbox(): Promise<VipSandbox> {
  const running = await startSandboxes({ port: 0, only: ['vip-reseller'] })
  const url = running.urls['vip-reseller'] ?? ''
  async function control(route: string, body: unknown): Promise<unknown> {
    const response = await fetch(`${url}/_sandbox/${route}`, { method: 'POST', body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`${route}: ${response.status} ${await response.text()}`)
    return await response.json()
  }
  return {
    url,
    connect: (options) => createVipReseller({ apiUrl: `${url}/api`, ...VIP_DEMO, ...options }),
    control,
    async orders() {
      const response = await fetch(`${url}/_sandbox/orders`)
      return (await response.json()) as Awaited<ReturnType<VipSandbox['orders']>>
    },
    stop: running.stop,
  }
}
