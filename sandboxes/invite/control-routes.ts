import { Hono } from 'hono'
import { z } from 'zod'
import { controlError, readControl } from '../control.ts'
import { createRandom } from '../random.ts'
import { accountsSchema, addAccounts, banAccount, type Account } from './account.ts'
import { settingsSchema, type InviteSandbox } from './invite-state.ts'
import { acceptInvite } from './send-invite.ts'

const banSchema = z.union([
  z.object({ account: z.string(), banned: z.boolean().default(true) }),
  z.object({ probability: z.number().min(0).max(1), seed: z.union([z.string(), z.number()]).default(1) }),
])

/** Returns the control routes of the invite sandbox. */
export function createInviteControl(sandbox: InviteSandbox): Hono {
  const app = new Hono()
  app.post('/_sandbox/accounts', async (c) => {
    const added = addAccounts(sandbox, await readControl(c, accountsSchema))
    return c.json({
      accounts: added.map(({ provider, id, credential, seats, dailyQuota }) => ({
        provider,
        externalId: id,
        credential,
        seats,
        dailyQuota,
      })),
    })
  })
  app.post('/_sandbox/ban', async (c) => {
    const wish = await readControl(c, banSchema)
    if ('probability' in wish) {
      sandbox.settings.banProbability = wish.probability
      sandbox.luck = createRandom(`ban-${wish.seed}`)
      return c.json({ banProbability: wish.probability })
    }
    const account = requireAccount(sandbox, wish.account)
    if (wish.banned) banAccount(sandbox, account)
    else account.bannedAt = undefined
    return c.json({ account: account.id, banned: wish.banned })
  })
  app.post('/_sandbox/credential', async (c) => {
    const { account, credential } = await readControl(
      c,
      z.object({ account: z.string(), credential: z.string() }),
    )
    Object.assign(requireAccount(sandbox, account), { credential })
    return c.json({ account })
  })
  app.post('/_sandbox/accept', async (c) => {
    const { email } = await readControl(c, z.object({ email: z.string() }))
    const open = [...sandbox.invites.values()].filter((invite) => invite.email === email)
    return c.json({ accepted: open.filter((invite) => acceptInvite(sandbox, invite)).length })
  })
  app.post('/_sandbox/config', async (c) => {
    const wish = await readControl(c, settingsSchema)
    Object.assign(sandbox.settings, JSON.parse(JSON.stringify(wish)))
    return c.json(sandbox.settings)
  })
  return app
}

function requireAccount({ accounts }: InviteSandbox, id: string): Account {
  const account = accounts.get(id)
  if (!account) throw controlError(404, `no account ${id}`)
  return account
}
