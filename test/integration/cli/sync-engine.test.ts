import { afterAll, beforeAll, expect, test } from 'vitest'
import { EXIT } from '../../../src/cli/command.ts'
import { callSync } from '../../../src/cli/sync.ts'
import { createTestShop, type TestShop } from '../../support/test-shop.ts'
import { queryAs } from '../../support/test-database.ts'
import { recordingTerminal } from './scripted-sync.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await createTestShop()
}, 120_000)
afterAll(() => shop.stop())

/** Runs the command on the real engine and returns its code and what it wrote. */
async function sync(...words: string[]) {
  const { terminal, out, told } = recordingTerminal()
  const code = await callSync(shop.app, words, terminal)
  return { code, out, told: told.join('\n') }
}

/** Moves the price of an offer at the supplier. */
async function movePrice(code: string, price: number): Promise<void> {
  const response = await fetch(`${shop.sandboxes['vip-reseller']}/_sandbox/price`, {
    method: 'POST',
    body: JSON.stringify({ code, price }),
  })
  expect(response.status).toBe(200)
}

function planIn(told: string): string {
  return /--apply ([0-9a-f-]{36})/.exec(told)?.[1] ?? ''
}

test('a plan prints what its run then does, and fits only the state it was made for', async () => {
  const first = await sync('vip-reseller', '--watch')
  expect(first.code).toBe(EXIT.ok)
  expect(first.told).toContain('offers: selesai/done')
  const [offer] = await queryAs<{ code: string; cost: string }>(
    shop.database.url,
    'select code, cost from supplier_offers order by code limit 1',
  )
  const { code = '', cost = '0' } = offer ?? {}

  await movePrice(code, Number(cost) + 500)
  const plan = await sync('vip-reseller', '--dry-run', '--all')
  expect(plan.code).toBe(EXIT.ok)
  expect(plan.out[0]).toMatch(
    new RegExp(`^~ ubah/change +offers  ${code}  cost: ${cost} → ${Number(cost) + 500}$`),
  )
  const run = await sync('vip-reseller', '--apply', planIn(plan.told), '--all')
  expect(run.code).toBe(EXIT.ok)
  expect(run.out).toEqual(plan.out)

  await movePrice(code, Number(cost) + 600)
  const old = await sync('vip-reseller', '--dry-run')
  await movePrice(code, Number(cost) + 700)
  const moved = await sync('vip-reseller', '--apply', planIn(old.told))
  expect(moved.code).toBe(EXIT.moved)
  expect(moved.told).toContain('nothing was applied')
})

test('a pause keeps runs away until it is over', async () => {
  expect((await sync('pause', 'vip-reseller')).code).toBe(EXIT.ok)
  const kept = await sync('vip-reseller')
  expect(kept.code).toBe(EXIT.busy)
  expect(kept.told).toContain('cli:')
  expect((await sync('list')).out.join('\n')).toContain('DIJEDA/PAUSED')
  expect((await sync('resume', 'vip-reseller')).code).toBe(EXIT.ok)
  expect((await sync('vip-reseller')).code).toBe(EXIT.ok)
})
