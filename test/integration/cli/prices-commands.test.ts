import { describe, expect, test } from 'vitest'
import { err, ok } from '#shared/result.ts'
import type { App } from '../../../src/app.ts'
import { EXIT, helpOf, UsageError } from '../../../src/cli/command.ts'
import { COMMANDS } from '../../../src/cli/commands.ts'
import { callPrices } from '../../../src/cli/prices.ts'
import { CHANGE, PREVIEWED, pricesPort } from '../http/prices-port.ts'
import { recordingTerminal } from './scripted-sync.ts'

/** Calls the command with these answers and returns its code with all that was written. */
async function call(words: string, overrides: Partial<App['prices']> = {}) {
  const { terminal, out, told } = recordingTerminal()
  const app = { prices: { ...pricesPort(), ...overrides } }
  const code = await callPrices(app, words.split(' '), terminal)
  return { code, out: out.join('\n'), told: told.join('\n') }
}

describe('changes', () => {
  test('show price, cost and cause, and what to do next', async () => {
    const { code, out, told } = await call('changes')
    expect(code).toBe(EXIT.ok)
    expect(out).toBe(
      `2026-11-21 07:00 WIB  ${CHANGE.id}  ML-86  Rp21.500 → Rp32.100  modal/cost Rp20.000 → Rp30.000  sinkronisasi/run ${CHANGE.id}`,
    )
    expect(told).toContain('npx lapak prices revert <id>')
  })

  test('are asked for by run and SKU, page by page', async () => {
    const asked: unknown[] = []
    const listChanges: App['prices']['listChanges'] = async (query) => {
      asked.push(query)
      return { changes: [CHANGE, CHANGE], nextCursor: CHANGE.id }
    }
    const { told } = await call(`changes --run ${CHANGE.id} --sku ML-86 --limit 4`, { listChanges })
    const filter = { runId: CHANGE.id, sku: 'ML-86' }
    expect(asked).toEqual([
      { ...filter, limit: 4 },
      { ...filter, limit: 2, cursor: CHANGE.id },
    ])
    expect(told).toContain('there is more')
  })

  test('none are said to be none', async () => {
    const { out, told } = await call('changes', {
      listChanges: async () => ({ changes: [], nextCursor: null }),
    })
    expect([out, told]).toEqual(['', 'Tidak ada harga yang berubah. No price has changed.'])
  })
})

describe('preview', () => {
  const RULE = '--margin 6,5 --plus 250 --round 100 --floor 200'
  const rule = { marginBps: 650, marginFixed: 250, roundTo: 100, marginFloor: 200 }

  test.each([
    [`preview rule shop ${RULE}`, { kind: 'rule', target: { scope: 'shop' }, rule }],
    [
      `preview rule product mobile-legends ${RULE}`,
      { kind: 'rule', target: { scope: 'product', name: 'mobile-legends' }, rule },
    ],
    [
      'preview cost ML-86=30000 ML-172=1',
      {
        kind: 'costs',
        costs: [
          { sku: 'ML-86', cost: 30_000 },
          { sku: 'ML-172', cost: 1 },
        ],
      },
    ],
  ])('%s', async (words, request) => {
    const asked: unknown[] = []
    const preview: App['prices']['preview'] = async (...given) => {
      asked.push(given)
      const prices = [PREVIEWED, { ...PREVIEWED, sku: 'ML-172', handSet: true, sellable: false }]
      return ok({ total: 1_234, raised: 1_233, lowered: 0, unsellable: 1, prices })
    }
    const { code, out, told } = await call(words, { preview })
    expect(asked).toEqual([[request, 50]])
    expect(code).toBe(EXIT.ok)
    expect(out.split('\n')).toEqual([
      'ML-86  Rp21.500 → Rp32.100  modal/cost Rp20.000 → Rp30.000',
      'ML-172  Rp21.500 → Rp32.100  modal/cost Rp20.000 → Rp30.000  tangan/hand  tidak dijual: di bawah batas / not for sale: below its floor',
    ])
    expect(told).toContain('1 234 akan berubah/would change: 1 233 naik/up')
    expect(told).toContain('Nothing was written.')
  })

  test.each([
    [{ code: 'target_unknown' }, 'no such category'],
    [{ code: 'rule_invalid' }, 'too large or too small'],
    [{ code: 'cost_invalid' }, 'whole rupiah'],
    [{ code: 'sku_unknown', skus: ['A', 'B'] }, 'no such SKU: A, B'],
  ] as const)('%j is a slip', async (error, words) => {
    const preview = async () => err(error as { code: 'rule_invalid' })
    const { code, told } = await call('preview cost A=1 B=1', { preview })
    expect(code).toBe(EXIT.usage)
    expect(told).toContain(words)
  })
})

describe('revert', () => {
  test('says what holds now and who may change it', async () => {
    const { code, out, told } = await call(`revert ${CHANGE.id}`)
    expect([code, out]).toEqual([EXIT.ok, 'ML-86: Rp21.500'])
    expect(told).toContain('Set by hand from now on')
  })

  test('below the floor is refused in plain words', async () => {
    const revert: App['prices']['revert'] = async () => err({ code: 'below_floor', floor: 30_200 })
    const { code, out, told } = await call(`revert ${CHANGE.id}`, { revert })
    expect([code, out]).toEqual([EXIT.failed, ''])
    expect(told).toContain('di bawah batas terendah Rp30.200')
    expect(told).toContain('below the floor of Rp30.200')
    expect(told).toContain('Nothing was changed.')
  })

  test('of nothing is a slip', async () => {
    const { code, told } = await call('revert x')
    expect(code).toBe(EXIT.usage)
    expect(told).toContain('npx lapak prices changes')
  })
})

test('explain goes from the cost to the price', async () => {
  const { code, out } = await call('explain ML-86')
  expect(code).toBe(EXIT.ok)
  expect(out.split('\n')).toEqual([
    'ML-86: Rp32.100  2026-11-21 07:00 WIB',
    '  aturan/rule: bawaan/default',
    '  modal/cost: Rp30.000  (supplier cost)',
    '  dibulatkan/rounded: Rp32.100  (up to a multiple of 100)',
    '  paling rendah/at least: Rp30.200',
  ])
  expect((await call('explain NOPE')).code).toBe(EXIT.usage)
})

test.each([
  ['', 'prices changes | preview'],
  ['chnges', 'did you mean: prices changes'],
  ['changes --run 7', 'sync runs'],
  ['changes --limit 0', '--limit'],
  ['preview', 'prices preview rule'],
  ['preview rule shop --margin 6', '--plus <Rp>'],
  ['preview rule shop --margin lots', '--margin 6'],
  ['preview rule product --margin 6 --plus 0 --round 1 --floor 0', 'product <slug>'],
  ['preview cost ML-86', 'ML-86=20000'],
  ['preview cost ML-86=1 --margin 6', 'preview cost'],
  ['revert', 'prices changes'],
  ['explain A B', 'explain <sku>'],
])('%s is a slip', async (words, hint) => {
  const slip = call(words)
  await expect(slip).rejects.toThrow(UsageError)
  await expect(slip).rejects.toThrow(hint)
})

test('the help tells every form and every code', () => {
  const prices = COMMANDS.find(({ name }) => name === 'prices')
  const help = prices === undefined ? '' : helpOf(prices)
  for (const word of ['changes', 'preview rule', 'preview cost', 'revert', 'explain'])
    expect(help).toContain(`npx lapak prices ${word}`)
  for (const code of ['0', '1', '2', '3', '4']) expect(help).toMatch(new RegExp(`^  ${code}  `, 'm'))
})
