import pino from 'pino'
import {
  checkInvite,
  importAccounts,
  openInvites,
  sendInvite,
  type Announcement,
  type InviteDeps,
  type InviteTiming,
} from '../../../src/fulfilment/index.ts'
import type { ProviderAccountImport } from '../../../src/fulfilment/invite-view.ts'
import type { InviteProvider } from '../../../src/fulfilment/ports.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { queryAs, type TestDatabase } from '../../support/test-database.ts'
import { testKeys, writeOrders, writeSku, type TestLine } from './fulfilment-fixture.ts'

/** More jobs than any honest line needs. */
const JOBS_AT_MOST = 500

/** One pool with a clock of its own, and the jobs that were announced. */
export type InviteStage = {
  deps: InviteDeps
  sku: { skuId: string; productId: string; code: string }
  /** Announcements that nobody worked off yet. */
  news: Announcement[]
  now(): Date
  /** Lets time pass for the shop; `onPass` may let the provider's pass too. */
  advance(ms: number): Promise<void>
  /** Adds accounts or changes them. */
  hire(accounts: readonly Partial<ProviderAccountImport>[]): Promise<void>
  /** Opens one line per address, in this order, now or at its own time. */
  open(emails: readonly string[], quantity?: number, times?: readonly Date[]): Promise<TestLine[]>
  /** Works announced jobs off until none is left. */
  drive(): Promise<void>
  invites(lineId?: string): Promise<InviteRow[]>
  accounts(): Promise<AccountRow[]>
  /** The rules about invites that are broken. */
  broken(): Promise<unknown[]>
}

export type InviteRow = {
  id: string
  line_id: string
  slot: number
  attempt: number
  email: string
  state: string
  account: string | null
  provider_ref: string | null
  failure_code: string | null
  counted: boolean
  seat_no: number | null
  is_free: boolean | null
  queued_at: Date
  invited_at: Date | null
  ends_at: Date | null
}

export type AccountRow = { external_id: string; state: string; used_today: number; held: number }

const INVITES = `select i.id, i.line_id, i.slot, i.attempt, i.email, i.state, a.external_id as account, i.provider_ref,
    i.failure_code, i.counted, s.seat_no, s.freed_at is not null as is_free, i.queued_at, i.invited_at, i.ends_at
  from invites i
  left join provider_accounts a on a.id = i.account_id
  left join account_seats s on s.invite_id = i.id
  where $1::uuid is null or i.line_id = $1 order by i.queued_at, i.line_id, i.slot, i.attempt`

const ACCOUNTS = `select a.external_id, a.state, coalesce(d.used, 0) as used_today,
    (select count(*)::integer from account_seats s where s.account_id = a.id and s.freed_at is null) as held
  from provider_accounts a
  left join account_days d on d.account_id = a.id and d.day = ($1::timestamptz at time zone 'Asia/Jakarta')::date
  order by a.external_id`

/** New accounts are used in the order of their numbers: the first one rested longest. */
const RESTED = `update provider_accounts set last_used_at = '2000-01-01'::timestamptz
    + substring(external_id from '[0-9]+$')::integer * interval '1 second'
  where last_used_at is null`

/** Sets the stage with one product whose plan `pro` is sold for `days`; nobody is hired yet. */
export async function setInviteStage(
  database: TestDatabase,
  provider: InviteProvider,
  options: {
    days?: number | null
    start?: Date
    timing?: Partial<InviteTiming>
    onPass?: (now: Date) => Promise<void>
  } = {},
): Promise<InviteStage> {
  const sku = await writeSku(database.url, 'INVITE')
  const { days = 30, onPass = async () => undefined } = options
  await queryAs(
    database.url,
    `insert into invite_plans (id, product_id, provider, plan, days) values (gen_random_uuid(), $1, $2, 'pro', $3)`,
    [sku.productId, provider.id, days],
  )
  let now = options.start ?? new Date('2026-03-02T02:00:00Z')
  const news: Announcement[] = []
  const deps: InviteDeps = {
    db: database.db,
    keys: testKeys(),
    inviteProviders: new Map([[provider.id, provider]]),
    announce: async (_, entry) => void news.push(entry),
    log: pino({ level: 'silent' }),
    timing: { invites: { sendWithinMs: 60_000, ...options.timing } },
    moment: () => now,
  }
  return {
    deps,
    sku,
    news,
    now: () => now,
    async advance(ms) {
      now = new Date(now.getTime() + ms)
      await onPass(now)
    },
    async hire(accounts) {
      const imported = await importAccounts(deps, accounts.map(accountOf(provider.id)), 'test')
      if (!imported.ok) throw new Error(imported.error.errors.join('\n'))
      await queryAs(database.url, RESTED)
    },
    open: (emails, quantity = 1, times = []) =>
      openLines(database, deps, sku, {
        emails,
        quantity,
        times: emails.map((_, index) => times[index] ?? new Date(now.getTime() + index - emails.length)),
      }),
    async drive() {
      for (let jobs = 0; news.length > 0; jobs += 1) {
        if (jobs > JOBS_AT_MOST) throw new Error(`jobs without end: ${JSON.stringify(news.slice(0, 5))}`)
        const next = news.shift()
        if (next?.kind === 'invite.send') await sendInvite(deps, next.inviteId)
        if (next?.kind === 'invite.check') await checkInvite(deps, next.inviteId)
      }
    },
    invites: (lineId) => queryAs<InviteRow>(database.url, INVITES, [lineId ?? null]),
    accounts: () => queryAs<AccountRow>(database.url, ACCOUNTS, [now]),
    async broken() {
      const broken = await checkInvariants(database.url)
      return broken.filter(({ name }) => /^(?:I9|I12f|I14[de]|I12:)/.test(name))
    },
  }
}

function accountOf(provider: string) {
  return (account: Partial<ProviderAccountImport>, index: number): ProviderAccountImport => ({
    provider,
    label: `Akun ${index + 1}`,
    externalId: `acc-${index + 1}`,
    credential: `secret-${index + 1}`,
    plans: ['pro'],
    seats: 5,
    dailyQuota: 5,
    ...account,
  })
}

async function openLines(
  database: TestDatabase,
  deps: InviteDeps,
  sku: InviteStage['sku'],
  wish: { emails: readonly string[]; quantity: number; times: readonly Date[] },
): Promise<TestLine[]> {
  const { emails, quantity, times } = wish
  if (emails.length === 0) return []
  const written = await writeOrders(
    database.url,
    emails.map(() => [{ sku, quantity }]),
    { kind: 'INVITE' },
  )
  const lines = written.flat()
  await database.db.transaction('test.open', { role: 'worker' }, async (tx) => {
    for (const [index, line] of lines.entries()) {
      const { lineId } = line
      const when = times[index]
      const opened = await openInvites(tx, {
        ...sku,
        lineId,
        quantity,
        email: emails[index] ?? '',
        ...(when === undefined ? {} : { now: when }),
      })
      if (!opened.ok) throw new Error(opened.error.code)
      for (const inviteId of opened.value.inviteIds)
        await deps.announce(tx, { kind: 'invite.send', inviteId })
    }
  })
  return lines
}
