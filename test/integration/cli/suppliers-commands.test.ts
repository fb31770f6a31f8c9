import { expect, test } from 'vitest'
import { err } from '#shared/result.ts'
import type { App } from '../../../src/app.ts'
import { EXIT, UsageError } from '../../../src/cli/command.ts'
import { callSuppliers } from '../../../src/cli/suppliers.ts'
import { suppliersPort } from '../http/suppliers-port.ts'
import { recordingTerminal } from './scripted-sync.ts'

async function call(words: string, overrides: Partial<App['suppliers']> = {}) {
  const { terminal, out, told } = recordingTerminal()
  const app = { suppliers: { ...suppliersPort(), ...overrides } }
  const code = await callSuppliers(app, words.split(' '), terminal)
  return { code, out: out.join('\n'), told: told.join('\n') }
}

test('the list shows balance, record, what waits and what is avoided', async () => {
  const { code, out } = await call('list')
  expect(code).toBe(EXIT.ok)
  for (const part of [
    'AT REST',
    'Rp90.000',
    'limit Rp100.000',
    '18/20',
    'p95 40 s',
    '3 menunggu',
    'HTTP 500',
  ])
    expect(out).toContain(part)
})

test('one command resumes and says how much goes out', async () => {
  expect(await call('resume digiflazz')).toMatchObject({
    code: EXIT.ok,
    out: expect.stringContaining('3 unit'),
  })
  expect(await call('pause digiflazz')).toMatchObject({ code: EXIT.ok })
})

test('a supplier that does not answer stays as it is; a stranger is told apart', async () => {
  const resume = async () => err({ code: 'unreachable' } as const)
  expect(await call('resume digiflazz', { resume })).toMatchObject({ code: EXIT.failed })
  for (const words of ['resume nobody', 'pause nobody', 'limit nobody 5'])
    expect(await call(words)).toMatchObject({ code: EXIT.usage, told: expect.stringContaining('digiflazz') })
})

test('a limit is rupiah or off', async () => {
  const limits: unknown[] = []
  const setLowBalance: App['suppliers']['setLowBalance'] = async (_, rupiah) => {
    limits.push(rupiah)
    return { ok: true, value: undefined }
  }
  await call('limit digiflazz 500.000', { setLowBalance })
  await call('limit digiflazz off', { setLowBalance })
  expect(limits).toEqual([500_000, null])
  for (const words of ['limit digiflazz', 'limit digiflazz many', 'lis', ''])
    await expect(call(words)).rejects.toThrow(UsageError)
})
