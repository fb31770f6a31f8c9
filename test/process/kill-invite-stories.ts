import { queryAs } from '../support/test-database.ts'
import { ask, byInvite, isTrue, set, type Scene, type Story } from './kill-story.ts'

/** What happens to buyers whose goods are seats by invite. */
export type InviteScenario =
  /** One by each kind of provider, accepted. */
  | 'invited'
  /** The providers invite and their answers cannot be read. */
  | 'invite answer lost'
  /** The connection breaks before anybody is invited. */
  | 'invite never arrived'
  /** The account is banned before the buyer has accepted. */
  | 'banned'
  /** The buyer lets the first invitation lapse. */
  | 'lapsed'
  /** No account can invite for a while. */
  | 'queued'
  /** The days that were paid for are over. */
  | 'membership over'

const QUICK_ACCEPT = { acceptAfterMs: 300, jobMs: 100 }
const BY_HAND = { acceptAfterMs: null, jobMs: 100 }
const LAPSE_MS = 400
const LONG_LIFE_MS = 86_400_000

const configure = (config: Record<string, unknown>) => (sandboxes: Record<string, string>) =>
  set(sandboxes, 'invite', 'config', config)

const breakInvites = (fault: string) => async (sandboxes: Record<string, string>) => {
  await set(sandboxes, 'invite', 'config', QUICK_ACCEPT)
  await set(sandboxes, 'invite', 'faults', [
    { match: { method: 'POST', path: '*/invitations' }, fault, times: 1 },
    { match: { method: 'POST', path: '*/undang' }, fault, times: 1 },
  ])
}

const both: Story['wants'] = ({ team, family }) => [
  byInvite(team, { paymentMethod: 'tokopay_qris' }),
  byInvite(family),
]
const one: Story['wants'] = ({ team }) => [byInvite(team)]

/** The newest attempt of every unit is in this state. */
async function areAll(scene: Scene, state: string): Promise<boolean> {
  return await isTrue(
    scene,
    `select bool_and(state = $1) from (select distinct on (line_id, slot) state from invites
      order by line_id, slot, attempt desc) newest`,
    [state],
  )
}

const joined: Story['afterwards'] = (scene) => areAll(scene, 'JOINED')

async function accept({ shop, bought }: Scene): Promise<void> {
  for (const { email } of bought)
    if (email !== undefined) await set(shop.sandboxes, 'invite', 'accept', { email })
}

async function ban(scene: Scene): Promise<boolean> {
  const { shop, noted } = scene
  if (!noted.has('banned')) {
    const [row] = await queryAs<{ account: string }>(
      shop.databaseUrl,
      `select a.external_id as account from invites i join provider_accounts a on a.id = i.account_id
        order by i.attempt desc limit 1`,
    )
    await set(shop.sandboxes, 'invite', 'ban', { account: row?.account })
    noted.add('banned')
  }
  const isMoved = `select exists (select from invites where attempt > 1 and state in ('INVITED', 'JOINED'))`
  if (!(await isTrue(scene, isMoved))) return false
  await accept(scene)
  return await areAll(scene, 'JOINED')
}

async function lapse(scene: Scene): Promise<boolean> {
  const { shop, noted } = scene
  const isAgain = `select exists (select from invites where attempt > 1)`
  if (!noted.has('again')) {
    if (!(await isTrue(scene, isAgain))) return false
    await set(shop.sandboxes, 'invite', 'config', { inviteLifeMs: LONG_LIFE_MS })
    noted.add('again')
  }
  await accept(scene)
  return await areAll(scene, 'JOINED')
}

/** Every account rests once; whoever waits is looked at, and sees her place. */
async function rest(scene: Scene): Promise<void> {
  const { shop, bought, noted } = scene
  const isWaiting = await isTrue(scene, `select exists (select from invites where state = 'QUEUED')`)
  if (!isWaiting) return
  if (!noted.has('looked')) {
    await queryAs(shop.databaseUrl, `update invites set next_check_at = now() where state = 'QUEUED'`)
    noted.add('looked')
  }
  for (const { order } of bought) await ask(shop, `/api/track/${order.trackingToken}`)
}

/** The month passes at once; a look that was under way then may have planned the next one by the old end. */
async function endMembership(scene: Scene): Promise<boolean> {
  const { shop, noted } = scene
  if (!noted.has('joined')) {
    if (!(await areAll(scene, 'JOINED'))) return false
    noted.add('joined')
  }
  await queryAs(
    shop.databaseUrl,
    `update invites set joined_at = least(joined_at, now() - interval '31 days'),
      ends_at = least(ends_at, now() - interval '1 second'), next_check_at = now() where state = 'JOINED'`,
  )
  return (
    (await areAll(scene, 'ENDED')) &&
    (await isTrue(scene, `select not exists (select from account_seats where freed_at is null)`))
  )
}

/** The stories of invites. */
export const INVITE_STORIES: Readonly<Record<InviteScenario, Story>> = {
  invited: { wants: both, before: configure(QUICK_ACCEPT), afterwards: joined },
  'invite answer lost': { wants: both, before: breakInvites('truncate'), afterwards: joined },
  'invite never arrived': {
    wants: one,
    before: breakInvites('reset'),
    afterwards: joined,
    hurried: true,
  },
  banned: { wants: one, before: configure(BY_HAND), afterwards: ban, hurried: true, isInvitedAgain: true },
  lapsed: {
    wants: one,
    before: configure({ ...BY_HAND, inviteLifeMs: LAPSE_MS }),
    afterwards: lapse,
    hurried: true,
    isInvitedAgain: true,
  },
  queued: {
    wants: one,
    before: configure(QUICK_ACCEPT),
    pays: async ({ shop, bought }) => {
      await queryAs(
        shop.databaseUrl,
        `update provider_accounts set state = 'COOLDOWN', cooldown_until = now() + interval '20 minutes'`,
      )
      for (const { order } of bought)
        await set(shop.sandboxes, 'midtrans', 'pay', {
          order_id: order.payment.reference,
          payment_type: 'gopay',
        })
    },
    meanwhile: rest,
    afterwards: joined,
    hurried: true,
  },
  'membership over': {
    wants: ({ team, family }) => [byInvite(team, { seats: 0 }), byInvite(family, { seats: 0 })],
    before: configure(QUICK_ACCEPT),
    afterwards: endMembership,
  },
}
