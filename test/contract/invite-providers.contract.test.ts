import { afterAll, beforeAll } from 'vitest'
import { createInviteFamily } from '../../src/providers/invite-family/invite-family.ts'
import { createInviteTeams } from '../../src/providers/invite-teams/invite-teams.ts'
import { startInviteSandbox, type InviteSandbox } from '../support/invite-sandbox.ts'
import { describeInviteProvider, type InviteProviderStage } from './invite-provider.contract.ts'

/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:65432'
const QUICK = { timeoutMs: 200, jobEveryMs: 20, jobLooks: 20 }

let sandbox: InviteSandbox
beforeAll(async () => {
  sandbox = await startInviteSandbox()
})
afterAll(() => sandbox.stop())

const PROVIDERS = {
  teams: { create: createInviteTeams, invitePath: '/teams/v1/workspaces/*/invitations' },
  family: { create: createInviteFamily, invitePath: '/family/undang' },
} as const

async function stageOf(name: keyof typeof PROVIDERS): Promise<InviteProviderStage> {
  const { create, invitePath } = PROVIDERS[name]
  await sandbox.control('reset', {})
  await sandbox.control('config', { acceptAfterMs: null, jobMs: 20 })
  const [account] = await sandbox.hire({ provider: name, count: 1, seats: 3, dailyQuota: 3, prefix: 'one' })
  if (account === undefined) throw new Error('no account')
  return {
    provider: create({ apiUrl: `${sandbox.url}/${name}`, ...QUICK }),
    unreachable: create({ apiUrl: NOWHERE, ...QUICK }),
    account,
    async breakInvites(fault) {
      const match = { path: invitePath, method: 'POST' }
      await sandbox.control('faults', { match, fault, ms: 400, times: 1 })
    },
    async breakReads(fault) {
      await sandbox.control('faults', { match: { path: `/${name}/*`, method: 'GET' }, fault, ms: 400 })
    },
    async ban() {
      await sandbox.control('ban', { account: account.externalId })
    },
    async changeCredential() {
      await sandbox.control('credential', { account: account.externalId, credential: 'another-secret' })
    },
    async accept(email) {
      await sandbox.control('accept', { email })
    },
    async advance(ms) {
      await sandbox.control('clock', { advanceMs: ms })
    },
    async hire(size) {
      const [hired] = await sandbox.hire({ provider: name, count: 1, prefix: 'more', ...size })
      if (hired === undefined) throw new Error('no account')
      return hired
    },
    async counts() {
      const { invites, breaches } = await sandbox.state()
      return { invites: invites.length, doubles: breaches.doubleSeats }
    },
  }
}

describeInviteProvider('teams', () => stageOf('teams'))
describeInviteProvider('family', () => stageOf('family'))
