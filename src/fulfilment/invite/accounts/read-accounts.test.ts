import { expect, test } from 'vitest'
import { readAccounts } from './read-accounts.ts'

const HEAD = 'provider,label,external_id,credential,plans,seats,daily_quota'

test('a row becomes an account; plans are separated by spaces', () => {
  expect(readAccounts(`${HEAD}\nteams,Tim 1,ws-1,"a,b",member admin,5,10\n`)).toEqual({
    ok: true,
    value: [
      {
        provider: 'teams',
        label: 'Tim 1',
        externalId: 'ws-1',
        credential: 'a,b',
        plans: ['member', 'admin'],
        seats: 5,
        dailyQuota: 10,
      },
    ],
  })
})

test('a number that is none is left to the import to refuse', () => {
  const read = readAccounts(`${HEAD}\nteams,Tim,ws,secret,member,lima,\n`)
  expect(read.ok && read.value[0]).toMatchObject({ seats: Number.NaN, dailyQuota: Number.NaN })
})

test('a missing column is named, and no mistake shows a credential', () => {
  expect(readAccounts('provider,label\nteams,Tim\n')).toMatchObject({
    error: { errors: [expect.stringContaining('credential')] },
  })
  const broken = readAccounts(`${HEAD}\nteams,Tim,ws,"top secret`)
  expect(broken.ok).toBe(false)
  expect(JSON.stringify(broken)).not.toContain('top secret')
})

test('an empty file has no accounts', () => {
  expect(readAccounts('')).toEqual({ ok: true, value: [] })
})
