import { Hono, type Context } from 'hono'
import { htmlPage } from '../html.ts'
import { isUsable, quotaLeft, usedSeats, type Account } from './account.ts'
import { stateOf, type Invite, type InviteState } from './invite-record.ts'
import type { InviteSandbox } from './invite-state.ts'
import { formatTime } from './jakarta-day.ts'
import { sendInvite, type Refusal } from './send-invite.ts'

const COOKIE = 'FAMSESI'
const PAGE_ROWS = 50

type Handler = (account: Account, c: Context) => Response | Promise<Response>

/**
 * Returns the family provider: forms in, flat JSON out, a session cookie, jobs instead of answers. Nothing is
 * idempotent, every refusal is HTTP 200, a session that ended and a locked account answer by a redirect.
 */
export function createFamilyRoutes(sandbox: InviteSandbox): Hono {
  const app = new Hono()
  const guarded = (handler: Handler) => (c: Context) => withSession(sandbox, c, handler)
  app.post('/family/login', (c) => logIn(sandbox, c))
  app.get('/family/login', (c) => c.html(htmlPage('Masuk', '<h1>Masuk</h1><p>Silakan masuk kembali.</p>')))
  app.get('/family/terkunci', (c) =>
    c.html(
      htmlPage('Akun terkunci', '<h1>Akun terkunci</h1><p>Akun ini dikunci karena melanggar ketentuan.</p>'),
    ),
  )
  app.get(
    '/family/akun',
    guarded((account, c) => c.json(accountFields(sandbox, account))),
  )
  app.post(
    '/family/undang',
    guarded((account, c) => invite(sandbox, account, c)),
  )
  app.get(
    '/family/job',
    guarded((account, c) => showJob(sandbox, account, c)),
  )
  app.get(
    '/family/anggota',
    guarded((account, c) => listMembers(sandbox, account, c)),
  )
  app.post(
    '/family/keluarkan',
    guarded((account, c) => removeMember(sandbox, account, c)),
  )
  return app
}

async function logIn(sandbox: InviteSandbox, c: Context): Promise<Response> {
  const form = await c.req.formData()
  const account = sandbox.accounts.get(textOf(form, 'akun'))
  if (account?.provider !== 'family' || textOf(form, 'sandi') !== account.credential) {
    return c.json({ hasil: 'GAGAL', pesan: 'Akun atau sandi salah' })
  }
  if (!isUsable(sandbox, account)) return c.redirect('/family/terkunci', 302)
  const { context, settings, sessions } = sandbox
  const value = context.random.code(24)
  sessions.set(value, {
    accountId: account.id,
    endsAt: new Date(context.clock.now().getTime() + settings.sessionMs),
  })
  c.header('Set-Cookie', `${COOKIE}=${value}; Path=/family; HttpOnly`)
  return c.json({ hasil: 'OK', akun: account.id })
}

function withSession(sandbox: InviteSandbox, c: Context, handler: Handler): Response | Promise<Response> {
  const cookie = new RegExp(`(?:^|;\\s*)${COOKIE}=([^;]+)`).exec(c.req.header('cookie') ?? '')?.[1]
  const session = sandbox.sessions.get(cookie ?? '')
  const account = sandbox.accounts.get(session?.accountId ?? '')
  const isOver = !session || session.endsAt <= sandbox.context.clock.now()
  if (isOver || !account) return c.redirect('/family/login', 302)
  return isUsable(sandbox, account) ? handler(account, c) : c.redirect('/family/terkunci', 302)
}

async function invite(sandbox: InviteSandbox, account: Account, c: Context): Promise<Response> {
  const form = await c.req.formData()
  const sent = sendInvite(sandbox, account, {
    email: textOf(form, 'surel'),
    plan: textOf(form, 'paket'),
    externalId: '',
  })
  if (sent === 'banned') return c.redirect('/family/terkunci', 302)
  return c.json(typeof sent === 'string' ? REFUSALS[sent] : { hasil: 'ANTRE', job: sent.id })
}

const REFUSALS: Record<Exclude<Refusal, 'banned'>, { hasil: string; pesan: string }> = {
  email: { hasil: 'TOLAK', pesan: 'Surel tidak dapat diundang' },
  quota: { hasil: 'LIMIT', pesan: 'Batas undangan hari ini tercapai' },
  full: { hasil: 'PENUH', pesan: 'Kursi keluarga penuh' },
}

/** `?id=` shows one job, `?surel=` the newest one of an address. */
function showJob(sandbox: InviteSandbox, account: Account, c: Context): Response {
  const { id, surel } = c.req.query()
  const job = invitesOf(sandbox, account).findLast((entry) =>
    id === undefined ? entry.email === surel : entry.id === id,
  )
  if (!job) return c.json({ hasil: 'TIDAK ADA' })
  const status = job.state === 'queued' ? 'antre' : job.memberId === undefined ? 'gagal' : 'selesai'
  return c.json({
    hasil: 'OK',
    job: job.id,
    surel: job.email,
    status,
    anggota: job.memberId ?? '',
    tautan: job.memberId ? `${new URL(c.req.url).origin}/inbox/${encodeURIComponent(job.email)}` : '',
    pesan: status === 'gagal' ? 'Undangan tidak terkirim' : '',
  })
}

const MEMBER_WORDS: Partial<Record<InviteState, string>> = { pending: 'MENUNGGU', accepted: 'GABUNG' }

/** Those who hold a seat, newest first; jobs at work are not among them. */
function listMembers(sandbox: InviteSandbox, account: Account, c: Context): Response {
  const rows = invitesOf(sandbox, account)
    .flatMap((entry) => {
      const keadaan = MEMBER_WORDS[stateOf(sandbox, entry)]
      if (keadaan === undefined) return []
      const since = entry.acceptedAt ?? entry.createdAt
      return [{ id: entry.memberId, surel: entry.email, paket: entry.plan, keadaan, tgl: formatTime(since) }]
    })
    .reverse()
  const halaman = Math.max(Number(c.req.query('halaman')) || 1, 1)
  const daftar = rows.slice((halaman - 1) * PAGE_ROWS, halaman * PAGE_ROWS)
  return c.json({ hasil: 'OK', jumlah: rows.length, halaman, daftar })
}

async function removeMember(sandbox: InviteSandbox, account: Account, c: Context): Promise<Response> {
  const id = textOf(await c.req.formData(), 'anggota')
  const found = invitesOf(sandbox, account).find(
    (entry) => entry.memberId === id && MEMBER_WORDS[stateOf(sandbox, entry)] !== undefined,
  )
  if (!found) return c.json({ hasil: 'TIDAK ADA' })
  found.state = 'removed'
  return c.json({ hasil: 'OK' })
}

function accountFields(sandbox: InviteSandbox, account: Account): Record<string, unknown> {
  return {
    hasil: 'OK',
    akun: account.id,
    kursi: account.seats,
    terpakai: usedSeats(sandbox, account),
    sisa_hari_ini: quotaLeft(sandbox, account),
  }
}

function invitesOf({ invites }: InviteSandbox, { id }: Account): Invite[] {
  return [...invites.values()].filter(({ accountId }) => accountId === id)
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}
