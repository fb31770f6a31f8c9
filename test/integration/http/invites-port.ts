import { err, ok } from '#shared/result.ts'
import type { App } from '../../../src/app.ts'
import { RUN } from './sync-port.ts'

/** The one account that the port knows. */
export const ACCOUNT_ID = RUN.runId

/** An account that the port imports. */
export const PROVIDER_ACCOUNT = {
  provider: 'teams',
  label: 'Tim 1',
  externalId: 'ws-1',
  credential: 'a-secret',
  plans: ['member'],
  seats: 5,
  dailyQuota: 10,
}

/** What routes may ask of the accounts that invite, with fixed answers. */
export function invitesPort(): App['invites'] {
  return {
    accounts: async () => [
      {
        id: ACCOUNT_ID,
        provider: 'teams',
        label: 'Tim 1',
        externalId: 'ws-1',
        plans: ['member'],
        state: 'ACTIVE',
        seats: 5,
        used: 2,
        held: 1,
        invitedToday: 3,
        dailyQuota: 10,
        cooldownUntil: null,
        detail: null,
      },
    ],
    importAccounts: async ([first]) =>
      first?.provider === 'teams'
        ? ok({ added: 1, changed: 0 })
        : err({
            code: 'invalid_request',
            errors: ['1: provider harus salah satu dari / must be one of: teams'],
          }),
    setAccountState: async (id) => (id === ACCOUNT_ID ? ok(undefined) : err({ code: 'not_found' })),
  }
}
