import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RunningSandboxes } from '../main.ts'
import { getJson, postJson, startForTest } from '../testing.ts'

type Row = Record<string, unknown>
type State = { breaches: Row; accounts: Row[]; invites: Row[] }

let sandboxes: RunningSandboxes
let url: string

beforeAll(async () => {
  sandboxes = await startForTest(['invite'])
  url = sandboxes.urls.invite ?? ''
})
beforeEach(async () => {
  await control('reset')
  await control('config', { acceptAfterMs: null, jobMs: 1_000 })
})
afterAll(() => sandboxes.stop())

const control = (path: string, body: unknown = {}) => postJson(`${url}/_sandbox/${path}`, body)
const advance = (advanceMs: number) => control('clock', { advanceMs })

async function state(): Promise<State> {
  return (await getJson(`${url}/_sandbox/state`)).state as State
}

async function addAccount(provider: string, seats: number, dailyQuota: number) {
  const { body } = await control('accounts', { provider, count: 1, seats, dailyQuota })
  return (
    (body.accounts as { externalId: string; credential: string }[])[0] ?? { externalId: '', credential: '' }
  )
}

describe('teams', () => {
  const BASE = '/teams/v1/workspaces'
  let workspace = 'ws-demo-1'
  let auth = { Authorization: 'Bearer teams-secret-demo-1' }

  beforeEach(() => {
    workspace = 'ws-demo-1'
    auth = { Authorization: 'Bearer teams-secret-demo-1' }
  })

  const invite = (email: string, externalId = email) =>
    postJson(
      `${url}${BASE}/${workspace}/invitations`,
      { email, role: 'member', external_id: externalId },
      auth,
    )
  const remove = (path: string) =>
    fetch(`${url}${BASE}/${workspace}/${path}`, { method: 'DELETE', headers: auth })

  async function use(seats: number, dailyQuota: number) {
    const { externalId, credential } = await addAccount('teams', seats, dailyQuota)
    workspace = externalId
    auth = { Authorization: `Bearer ${credential}` }
  }

  test('the same external_id invites once', async () => {
    const first = await invite('ani@mail.example', 'ref-1')
    const again = await invite('budi@mail.example', 'ref-1')
    expect([first.status, again.status]).toEqual([201, 200])
    expect(again.body).toEqual(first.body)
    expect((await invite('ani@mail.example', 'ref-2')).status).toBe(409)
    expect((await state()).invites).toHaveLength(1)
  })

  test('seats and quota are kept, and each breach is counted', async () => {
    await use(2, 3)
    const first = await invite('a@mail.example')
    await invite('b@mail.example')
    expect(await invite('c@mail.example')).toMatchObject({
      status: 409,
      body: { error: { code: 'no_seats_left' } },
    })
    await remove(`invitations/${String(first.body.id)}`)
    expect((await invite('c@mail.example')).status).toBe(201)
    const over = await fetch(`${url}${BASE}/${workspace}/invitations`, {
      method: 'POST',
      headers: { ...auth, 'Content-Type': 'application/json' },
      body: JSON.stringify({ email: 'd@mail.example', role: 'member', external_id: 'd' }),
    })
    expect(over.status).toBe(429)
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await state()).breaches).toMatchObject({ quota: 1, seats: 2, doubleSeats: 0 })
  })

  test('the quota is new at midnight in Jakarta', async () => {
    await use(5, 1)
    await control('clock', { now: '2030-01-01T16:59:00Z' })
    await invite('a@mail.example')
    expect((await invite('b@mail.example')).status).toBe(429)
    await control('clock', { now: '2030-01-01T17:00:00Z' })
    expect((await invite('b@mail.example')).status).toBe(201)
    expect((await state()).accounts.at(-1)).toMatchObject({
      invitedOn: { '2030-01-01': 1, '2030-01-02': 1 },
    })
  })

  test('the invitee accepts on the inbox page and gives the seat back when removed', async () => {
    const { body } = await invite('ani@mail.example')
    const inbox = `${url}/inbox/ani%40mail.example`
    const page = await (await fetch(inbox)).text()
    expect(page).toContain('Terima undangan')
    expect(page).not.toContain('<script')
    expect(await (await fetch(`${inbox}?lang=en`)).text()).toContain('Accept invitation')
    await fetch(`${inbox}/${String(body.id)}/accept`, { method: 'POST' })
    const found = await getJson(`${url}${BASE}/${workspace}/invitations/${String(body.id)}`, auth)
    expect(found).toMatchObject({ status: 'accepted', member_id: expect.any(String) as unknown })
    expect((await remove(`invitations/${String(body.id)}`)).status).toBe(409)
    expect((await remove(`members/${String(found.member_id)}`)).status).toBe(204)
    expect((await remove(`members/${String(found.member_id)}`)).status).toBe(404)
    expect(await getJson(`${url}${BASE}/${workspace}`, auth)).toMatchObject({ seats: { used: 0 } })
  })

  test('accepts by itself after a while, or expires', async () => {
    await invite('late@mail.example')
    await control('config', { acceptAfterMs: 1_000, inviteLifeMs: 60_000 })
    await invite('soon@mail.example')
    await advance(1_000)
    await advance(7 * 86_400_000)
    const words = (await state()).invites.map((entry) => [entry.email, entry.state])
    expect(words).toEqual([
      ['late@mail.example', 'expired'],
      ['soon@mail.example', 'accepted'],
    ])
  })

  test('lists page by page', async () => {
    await use(60, 60)
    for (let index = 0; index < 45; index += 1) await invite(`p${index}@mail.example`)
    const seen: unknown[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const query = cursor === '' ? '' : `?cursor=${cursor}`
      const answer = await getJson(`${url}${BASE}/${workspace}/invitations${query}`, auth)
      seen.push(...(answer.data as Row[]).map(({ email }) => email))
      cursor = answer.next_cursor as string | null
    }
    expect(seen).toEqual(Array.from({ length: 45 }, (_, index) => `p${index}@mail.example`))
  })

  test('a banned account is refused and its open invites are void', async () => {
    await invite('ani@mail.example')
    await control('ban', { account: workspace })
    expect(await invite('budi@mail.example')).toMatchObject({
      status: 403,
      body: { error: { code: 'account_suspended' } },
    })
    expect(await state()).toMatchObject({ breaches: { banned: 1 }, invites: [{ state: 'void' }] })
    await control('ban', { probability: 1, seed: 7 })
    workspace = 'ws-demo-2'
    auth = { Authorization: 'Bearer teams-secret-demo-2' }
    expect((await invite('budi@mail.example')).status).toBe(403)
    expect((await state()).invites).toHaveLength(1)
  })

  test('a wrong token and a refused address are told apart', async () => {
    expect((await invite('tolak@mail.example')).status).toBe(422)
    auth = { Authorization: 'Bearer nothing' }
    expect((await invite('ani@mail.example')).status).toBe(401)
  })
})

describe('family', () => {
  let cookie = ''

  async function post(path: string, fields: Record<string, string>): Promise<Response> {
    const headers = { Cookie: cookie }
    return fetch(`${url}/family/${path}`, {
      method: 'POST',
      headers,
      body: new URLSearchParams(fields),
      redirect: 'manual',
    })
  }

  async function logIn(akun: string, sandi: string): Promise<unknown> {
    const response = await post('login', { akun, sandi })
    cookie = response.headers.get('set-cookie')?.split(';')[0] ?? ''
    return ((await response.json()) as Row).hasil
  }

  async function invite(surel: string): Promise<Row> {
    return (await (await post('undang', { surel, paket: 'keluarga' })).json()) as Row
  }

  const get = (path: string) => getJson(`${url}/family/${path}`, { Cookie: cookie })

  async function use(seats: number, dailyQuota: number): Promise<string> {
    const { externalId, credential } = await addAccount('family', seats, dailyQuota)
    await logIn(externalId, credential)
    return externalId
  }

  test('an invite is a job that becomes a member', async () => {
    await use(5, 5)
    const { hasil, job } = await invite('ani@mail.example')
    expect(hasil).toBe('ANTRE')
    expect(await get(`job?id=${String(job)}`)).toMatchObject({ status: 'antre', anggota: '' })
    expect(await get('anggota')).toMatchObject({ jumlah: 0 })
    expect(await get('akun')).toMatchObject({ terpakai: 1, sisa_hari_ini: 4 })
    await advance(1_000)
    const done = await get('job?surel=ani@mail.example')
    expect(done).toMatchObject({ job, status: 'selesai', anggota: expect.any(String) as unknown })
    await control('accept', { email: 'ani@mail.example' })
    expect(await get('anggota')).toMatchObject({
      jumlah: 1,
      daftar: [{ id: done.anggota, surel: 'ani@mail.example', keadaan: 'GABUNG' }],
    })
    expect(await (await post('keluarkan', { anggota: String(done.anggota) })).json()).toEqual({ hasil: 'OK' })
    expect(await (await post('keluarkan', { anggota: String(done.anggota) })).json()).toEqual({
      hasil: 'TIDAK ADA',
    })
  })

  test('nothing is idempotent: the same address may take two seats', async () => {
    await use(5, 5)
    await invite('ani@mail.example')
    await invite('ani@mail.example')
    expect(await state()).toMatchObject({ breaches: { doubleSeats: 1 }, invites: [{}, {}] })
  })

  test('says LIMIT, PENUH and TOLAK', async () => {
    await use(1, 5)
    await invite('a@mail.example')
    expect((await invite('b@mail.example')).hasil).toBe('PENUH')
    expect((await invite('tolak@mail.example')).hasil).toBe('TOLAK')
    await use(5, 1)
    await invite('a@mail.example')
    expect((await invite('b@mail.example')).hasil).toBe('LIMIT')
    expect((await state()).breaches).toMatchObject({ quota: 1, seats: 1 })
    await control('config', { enforceLimits: false })
    expect((await invite('b@mail.example')).hasil).toBe('ANTRE')
  })

  test('a job may fail and gives its seat back', async () => {
    await use(1, 5)
    await invite('gagal@mail.example')
    await advance(1_000)
    expect(await get('job?surel=gagal@mail.example')).toMatchObject({ status: 'gagal' })
    expect((await invite('ani@mail.example')).hasil).toBe('ANTRE')
  })

  test('a session ends, and a banned account is redirected to a locked page', async () => {
    const account = await use(5, 5)
    await control('config', { sessionMs: 60_000 })
    await logIn(account, 'family-secret-pool-1')
    await advance(60_000)
    expect((await post('undang', { surel: 'a@mail.example', paket: 'x' })).headers.get('location')).toBe(
      '/family/login',
    )
    expect(await logIn(account, 'wrong')).toBe('GAGAL')
    expect(await logIn(account, 'family-secret-pool-1')).toBe('OK')
    await control('ban', { account })
    expect((await post('undang', { surel: 'a@mail.example', paket: 'x' })).headers.get('location')).toBe(
      '/family/terkunci',
    )
  })
})
