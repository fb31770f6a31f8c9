import { Hono } from 'hono'
import { escapeHtml, htmlPage } from '../html.ts'
import { stateOf, type Invite } from './invite-record.ts'
import type { InviteSandbox } from './invite-state.ts'
import { acceptInvite } from './send-invite.ts'

type Language = 'id' | 'en'

const TEXTS = {
  id: {
    badge: 'Simulasi kotak masuk',
    title: 'Undangan untuk',
    none: 'Belum ada undangan untuk alamat ini.',
    accept: 'Terima undangan',
    other: 'English',
    states: {
      queued: 'Sedang dikirim',
      pending: 'Menunggu Anda',
      accepted: 'Sudah diterima',
      expired: 'Kedaluwarsa',
      removed: 'Dicabut',
      failed: 'Gagal dikirim',
      void: 'Tidak berlaku lagi',
    },
  },
  en: {
    badge: 'Simulated inbox',
    title: 'Invitations for',
    none: 'There is no invitation for this address yet.',
    accept: 'Accept invitation',
    other: 'Bahasa Indonesia',
    states: {
      queued: 'Being sent',
      pending: 'Waiting for you',
      accepted: 'Accepted',
      expired: 'Expired',
      removed: 'Taken back',
      failed: 'Could not be sent',
      void: 'No longer valid',
    },
  },
}

/** Returns the page on which an invitee sees and accepts invites, at `/inbox/<address>`; plain forms, no script. */
export function createInboxRoutes(sandbox: InviteSandbox): Hono {
  const app = new Hono()
  app.get('/inbox/:email', (c) => {
    const language: Language = c.req.query('lang') === 'en' ? 'en' : 'id'
    return c.html(renderInbox(sandbox, c.req.param('email'), language))
  })
  app.post('/inbox/:email/:invite/accept', (c) => {
    const invite = sandbox.invites.get(c.req.param('invite'))
    if (invite?.email === c.req.param('email')) acceptInvite(sandbox, invite)
    const language = c.req.query('lang') === 'en' ? '?lang=en' : ''
    return c.redirect(`/inbox/${encodeURIComponent(c.req.param('email'))}${language}`, 303)
  })
  return app
}

function renderInbox(sandbox: InviteSandbox, email: string, language: Language): string {
  const texts = TEXTS[language]
  const other = language === 'id' ? 'en' : 'id'
  const invites = [...sandbox.invites.values()].filter((invite) => invite.email === email).reverse()
  const cards = invites.map((invite) => card(sandbox, invite, language))
  const body = `<p><span class="badge">${texts.badge}</span></p><h1>${texts.title} ${escapeHtml(email)}</h1>
${cards.join('') || `<p>${texts.none}</p>`}
<p class="soft"><a href="?lang=${other}" lang="${other}" hreflang="${other}">${texts.other}</a></p>`
  return htmlPage(`${texts.title} ${email}`, body, { language })
}

function card(sandbox: InviteSandbox, invite: Invite, language: Language): string {
  const texts = TEXTS[language]
  const state = stateOf(sandbox, invite)
  const action = `/inbox/${encodeURIComponent(invite.email)}/${invite.id}/accept?lang=${language}`
  const form = `<form method="post" action="${escapeHtml(action)}"><button type="submit" class="primary">${texts.accept}</button></form>`
  return `<article class="card"><h2 style="margin-top:0">${escapeHtml(invite.plan)}</h2>
<p class="soft">${escapeHtml(invite.accountId)}</p><p role="status">${texts.states[state]}</p>
${state === 'pending' ? form : ''}</article>`
}
