import { afterAll, beforeAll, expect, test } from 'vitest'
import { callAccounts } from '../../../src/cli/accounts.ts'
import { EXIT, UsageError } from '../../../src/cli/command.ts'
import {
  importAccounts,
  listAccounts,
  rotateSealing,
  sendInvite,
  setAccountState,
  setInvitePlan,
} from '../../../src/fulfilment/index.ts'
import type { App } from '../../../src/app.ts'
import type { KeyRing } from '../../../src/platform/sealing.ts'
import { setInviteStage, type InviteStage } from '../fulfilment/invite-stage.ts'
import { createWorld, type World } from '../fulfilment/invite-world.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import { recordingTerminal } from './scripted-sync.ts'

const SECRET = 'kanari-di-berkas-akun'
const HEAD = 'provider,label,external_id,credential,plans,seats,daily_quota'

let database: TestDatabase
let stage: InviteStage
let world: World

beforeAll(async () => {
  database = await createTestDatabase()
  world = createWorld(() => new Date(), [{ externalId: 'acc-1', seats: 5, quota: 5 }])
  stage = await setInviteStage(database, world.provider)
})
afterAll(() => database.drop())

/** Calls the command on a real database; `file` is what any file holds. */
async function call(words: string[], file?: string) {
  const { terminal, out, told } = recordingTerminal()
  const { deps } = stage
  const invites: App['invites'] = {
    accounts: () => listAccounts(deps),
    importAccounts: (accounts, by) => importAccounts(deps, accounts, by),
    setAccountState: (id, state, by) => setAccountState(deps, id, state, by),
  }
  const code = await callAccounts(words, {
    app: { invites },
    terminal,
    readFile: async () => file,
    providers: ['world'],
    setPlan: async (sku, plan) => (await setInvitePlan(deps.db, sku, plan)).ok,
    by: 'cli:test',
  })
  return { code, out: out.join('\n'), told: told.join('\n') }
}

test('accounts are imported, changed, listed, paused and retired without a credential ever being written', async () => {
  const csv = `${HEAD}\nworld,Tim 1,acc-1,${SECRET},pro,5,5\n`
  const added = await call(['import', 'a.csv'], csv)
  expect(added).toMatchObject({ code: EXIT.ok, out: '1 ditambah/added, 0 diubah/changed' })
  const changed = await call(['import', 'a.csv'], csv.replace('Tim 1', 'Tim satu'))
  expect(changed.out).toBe('0 ditambah/added, 1 diubah/changed')
  const listed = await call(['list'])
  expect(listed.out).toMatch(
    /world {2}Tim satu {2}acc-1 {2}pro {2}ACTIVE {2}0\+0\/5 kursi\/seats {2}0\/5 hari ini\/today$/,
  )
  const [id = ''] = listed.out.split(' ')
  for (const [word, state] of [
    ['pause', 'PAUSED'],
    ['resume', 'ACTIVE'],
    ['retire', 'RETIRED'],
    ['resume', 'ACTIVE'],
  ] as const)
    expect((await call([word, id])).out).toBe(`${id}  ${state}`)
  const texts = [added, changed, listed].map(({ out, told }) => out + told).join()
  expect(texts).not.toContain(SECRET)
  const dump = await queryAs<{ text: string }>(
    database.url,
    'select a::text as text from provider_accounts a',
  )
  expect(dump.map((row) => row.text).join()).not.toContain(Buffer.from(SECRET).toString('hex'))
})

test('a file with a mistake changes nothing and says where it is', async () => {
  const before = await listAccounts(stage.deps)
  const wrong = await call(
    ['import', 'a.csv'],
    `${HEAD}\nworld,B,acc-9,x,pro,5,5\nnobody,C,acc-8,${SECRET},pro,0,5\n`,
  )
  expect(wrong.code).toBe(EXIT.failed)
  expect(wrong.told).toContain('2: provider')
  expect(wrong.told).toContain('2: seats')
  expect(wrong.told).not.toContain(SECRET)
  expect(await listAccounts(stage.deps)).toEqual(before)
  expect((await call(['import', 'gone.csv'])).code).toBe(EXIT.failed)
})

test('a SKU is told which plan it sells', async () => {
  const told = await call(['plan', stage.sku.code, 'world', 'pro', '--days', '30'])
  expect(told.out).toBe(`${stage.sku.code}  world  pro  30 hari/days`)
  expect(told.told).toBe('')
  expect((await call(['plan', 'NOBODY', 'world', 'pro'])).code).toBe(EXIT.failed)
  const strange = await call(['plan', stage.sku.code, 'dunia', 'pro'])
  expect([strange.code, strange.told]).toEqual([EXIT.usage, expect.stringContaining('world')])
  const unserved = await call(['plan', stage.sku.code, 'world', 'ultra'])
  expect([unserved.code, unserved.told]).toEqual([EXIT.ok, expect.stringContaining('ultra')])
  await call(['plan', stage.sku.code, 'world', 'pro', '--days', '30'])
})

test('wrong words and unknown accounts are told', async () => {
  await expect(call(['lst'])).rejects.toThrow(UsageError)
  await expect(call(['plan', 'A', 'world', 'pro', '--days', '0'])).rejects.toThrow(UsageError)
  expect((await call(['pause', 'nobody'])).code).toBe(EXIT.usage)
})

test('credentials move to a new key, and still open', async () => {
  const { keys } = stage.deps
  const current = 'k2'
  const next: KeyRing = {
    ...keys,
    current,
    sealing: new Map([...keys.sealing, [current, Buffer.alloc(32, 7)]]),
  }
  expect(await rotateSealing({ db: database.db, keys: next })).toEqual({ moved: 1 })
  expect(await rotateSealing({ db: database.db, keys: next })).toEqual({ moved: 0 })
  const onlyNew: KeyRing = { ...next, sealing: new Map([[current, Buffer.alloc(32, 7)]]) }
  await stage.open(['a@example.test'])
  const [entry] = stage.news.splice(0)
  const id = entry?.kind === 'invite.send' ? entry.inviteId : ''
  expect(await sendInvite({ ...stage.deps, keys: onlyNew }, id)).toBe('sent')
  expect(await stage.accounts()).toMatchObject([{ state: 'ACTIVE', held: 1 }])
})
