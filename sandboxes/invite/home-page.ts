import { escapeHtml, htmlPage } from '../html.ts'
import { usedSeats } from './account.ts'
import { stateOf } from './invite-record.ts'
import type { InviteSandbox } from './invite-state.ts'

/** Rows shown of each table; the rest is in `/_sandbox/state`. */
const MAX_ROWS = 50

/** Returns the page at `/`: the newest invites, each with its inbox, and the accounts. */
export function renderHomePage(sandbox: InviteSandbox): string {
  const invites = [...sandbox.invites.values()].slice(-MAX_ROWS).reverse()
  const inviteRows = invites.map(
    (invite) =>
      `<tr><td><a href="/inbox/${escapeHtml(encodeURIComponent(invite.email))}">${escapeHtml(invite.email)}</a></td><td>${escapeHtml(invite.accountId)}</td><td>${stateOf(sandbox, invite)}</td></tr>`,
  )
  const accountRows = [...sandbox.accounts.values()]
    .slice(0, MAX_ROWS)
    .map(
      (account) =>
        `<tr><td>${escapeHtml(account.id)}</td><td>${usedSeats(sandbox, account)} / ${account.seats}</td><td>${account.bannedAt ? 'banned' : 'active'}</td></tr>`,
    )
  return htmlPage(
    'Undangan (simulasi)',
    `<p><span class="badge">Simulasi</span></p><h1>Penyedia undangan</h1>
<p class="soft">Buka alamat untuk menerima undangannya. <a href="/_sandbox/state">state</a></p>
<section class="card"><h2 style="margin-top:0">Undangan</h2>${inviteRows.length > 0 ? table(['Alamat', 'Akun', 'Status'], inviteRows) : '<p>Belum ada undangan.</p>'}</section>
<section class="card"><h2 style="margin-top:0">Akun</h2>${table(['Akun', 'Kursi', 'Status'], accountRows)}</section>`,
  )
}

function table(head: string[], rows: string[]): string {
  const cells = head.map((title) => `<th>${title}</th>`).join('')
  return `<table><thead><tr>${cells}</tr></thead><tbody>${rows.join('')}</tbody></table>`
}
