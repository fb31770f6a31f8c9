import { afterAll, beforeAll, expect, test } from 'vitest'
import { EXIT, helpOf, UsageError } from '../../../src/cli/command.ts'
import { systemClock } from '../../../src/platform/clock.ts'
import { COMMANDS } from '../../../src/cli/commands.ts'
import { callShared } from '../../../src/cli/shared.ts'
import { sharedStockApp } from '../../../src/jobs/shared-stock-app.ts'
import { writeSku } from '../fulfilment/fulfilment-fixture.ts'
import { createSharedStage, type SharedStage } from '../fulfilment/shared-fixture.ts'
import { recordingTerminal } from './scripted-sync.ts'

const SECRET = 'kanari-di-berkas-rahasia'

let stage: SharedStage
beforeAll(async () => {
  stage = await createSharedStage()
})
afterAll(() => stage.database.drop())

/** Calls the command on a real database; `secret` is what its file or input holds. */
async function call(words: string[], secret: string | undefined = SECRET) {
  const { terminal, out, told } = recordingTerminal()
  const app = { sharedStock: sharedStockApp({ ...stage.deps, clock: systemClock }) }
  const files: (string | undefined)[] = []
  const readSecret = async (file: string | undefined) => {
    files.push(file)
    return secret
  }
  const code = await callShared(words, { app, terminal, readSecret, by: 'cli:test' })
  return { code, out: out.join('\n'), told: told.join('\n'), files }
}

test('an account is added, listed, rotated and paused without its secret ever being written', async () => {
  const { code: sku } = await writeSku(stage.database.url, 'STOCK')
  expect((await call(['add', sku, '--label', 'A', '--seats', '4'])).code).toBe(EXIT.failed)
  expect(await call(['sku', sku, '--days', '30'])).toMatchObject({ code: EXIT.ok })
  const words = [
    'add',
    sku,
    '--label',
    'Akun A',
    '--seats',
    '4',
    '--until',
    '2036-01-31',
    '--secret-file',
    'a.txt',
  ]
  const added = await call(words)
  expect(added).toMatchObject({ code: EXIT.ok, files: ['a.txt'] })
  const id = added.out.split(' ')[0] ?? ''
  expect((await call(words)).told).toContain('this secret is there already')
  const line = await stage.sold({ ...(await skuOf(sku)), code: sku, credentials: [id] })
  const listed = await call(['list', sku])
  expect(listed.out).toBe(`${id}  ${sku}  Akun A  ACTIVE  1+0/4 kursi/seats  v1  sampai/until 2036-01-31`)
  expect((await call(['rotate', id], 'baru')).out).toBe('1 pesanan diberi tahu / orders are told')
  expect(await stage.reads(line)).toEqual(['baru'])
  expect((await call(['end', id, '--until', '2035-06-30'])).out).toBe(`${id}  sampai/until 2035-06-30`)
  expect((await call(['end', id, '--never'])).out).toBe(`${id}  sampai/until ∞`)
  expect((await call(['pause', id])).out).toBe(`${id}  PAUSED`)
  expect((await call(['resume', id])).out).toBe(`${id}  ACTIVE`)
  expect((await call(['retire', id])).out).toBe(`${id}  RETIRED`)
  expect([added, listed].map(({ out, told }) => out + told).join()).not.toContain(SECRET)
})

test('what cannot be done is said in both languages', async () => {
  expect(await call(['pause', 'x'])).toMatchObject({ code: EXIT.usage })
  expect((await call(['rotate', '00000000-0000-7000-8000-000000000000'])).told).toContain('no such account')
  expect((await call(['rotate', 'x', '--secret-file', 'a'], ' ')).code).toBe(EXIT.failed)
  expect((await call(['end', 'x', '--never'])).code).toBe(EXIT.usage)
  expect((await call(['end', 'x', '--until', '2020-01-31'])).told).toContain('that date is past')
  await expect(call(['end', 'x', '--until', '31/1/2030'])).rejects.toThrow('2027-01-31')
  await expect(call(['end', 'x', '--until', '2030-01-31', '--never'])).rejects.toThrow(UsageError)
  await expect(call(['end', 'x'])).rejects.toThrow(UsageError)
  expect((await call(['sku', 'TIDAK-ADA'])).told).toContain('unknown SKU')
  expect((await call(['list', 'TIDAK-ADA'])).told).toContain('no shared account')
  await expect(call(['rotat', 'x'])).rejects.toThrow('shared rotate')
  await expect(call(['add'])).rejects.toThrow(UsageError)
  expect((await call([])).out).toBe((await call(['list'])).out)
})

test('the help names every form', () => {
  const command = COMMANDS.find(({ name }) => name === 'shared')
  if (command === undefined) throw new Error('no command')
  for (const word of ['list', 'sku', 'add', 'rotate', 'end', 'pause', 'resume', 'retire'])
    expect(helpOf(command)).toContain(`npx lapak shared ${word}`)
})

async function skuOf(code: string): Promise<{ skuId: string; productId: string }> {
  const [row] = await stage.query<{ skuId: string; productId: string }>(
    'select id as "skuId", product_id as "productId" from skus where code = $1',
    [code],
  )
  if (row === undefined) throw new Error('no SKU')
  return row
}
