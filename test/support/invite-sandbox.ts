import { startSandboxes } from '../../sandboxes/main.ts'
import type { InviteAccount } from '../../src/fulfilment/ports.ts'

/** A running invite sandbox with the switches that tests use. */
export type InviteSandbox = {
  url: string
  control<Answer = unknown>(route: string, body: unknown): Promise<Answer>
  hire(wish: {
    provider: 'teams' | 'family'
    count: number
    seats: number
    dailyQuota: number
    prefix?: string
  }): Promise<InviteAccount[]>
  state(): Promise<InviteSandboxState>
  stop(): Promise<void>
}

export type InviteSandboxState = {
  breaches: { quota: number; seats: number; doubleSeats: number; banned: number }
  invites: { accountId: string; email: string; state: string }[]
}

/** Starts the sandbox alone on a free port. */
export async function startInviteSandbox(): Promise<InviteSandbox> {
  const running = await startSandboxes({ port: 0, only: ['invite'] })
  const url = running.urls['invite'] ?? ''
  async function control<Answer>(route: string, body: unknown): Promise<Answer> {
    const response = await fetch(`${url}/_sandbox/${route}`, { method: 'POST', body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`${route}: ${response.status} ${await response.text()}`)
    return (await response.json()) as Answer
  }
  return {
    url,
    control,
    async hire(wish) {
      const { accounts } = await control<{ accounts: { externalId: string; credential: string }[] }>(
        'accounts',
        wish,
      )
      return accounts.map(({ externalId, credential }) => ({ id: externalId, externalId, credential }))
    },
    async state() {
      const response = await fetch(`${url}/_sandbox/state`)
      return ((await response.json()) as { state: InviteSandboxState }).state
    },
    stop: running.stop,
  }
}
