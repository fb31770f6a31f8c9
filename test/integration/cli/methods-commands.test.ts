import { describe, expect, test } from 'vitest'
import { err } from '#shared/result.ts'
import type { App } from '../../../src/app.ts'
import { EXIT, UsageError } from '../../../src/cli/command.ts'
import { callMethods } from '../../../src/cli/methods.ts'
import { methodsPort, SETTING } from '../http/methods-port.ts'
import { recordingTerminal } from './scripted-sync.ts'

/** Calls the command with these answers and returns its code with all that was written. */
async function call(words: string, overrides: Partial<App['methods']> = {}) {
  const { terminal, out, told } = recordingTerminal()
  const app = { methods: { ...methodsPort(), ...overrides } }
  const code = await callMethods(app, words === '' ? [] : words.split(' '), terminal)
  return { code, out: out.join('\n'), told: told.join('\n') }
}

describe('the list', () => {
  test.each(['', 'list'])('“%s” shows each way to pay on a line', async (words) => {
    const { code, out } = await call(words)
    expect(code).toBe(EXIT.ok)
    expect(out).toBe(
      ` 1  on   midtrans               Rp1.000–Rp100.000.000  0,70 % toko/shop  30 hari/days: 2× Rp41.000, biaya/kept Rp287  ${SETTING.label}`,
    )
  })

  test('says when there is none', async () => {
    expect((await call('list', { list: async () => [] })).told).toContain('No payment gateway is configured')
  })

  test.each([
    [{ fixed: 4_000, bps: 0 }, 'Rp4.000 '],
    [{ fixed: 100, bps: 70 }, 'Rp100 + 0,70 % '],
    [{ fixed: 0, bps: 5 }, '0,05 % '],
  ])('writes the cost %j as people read it', async (cost, words) => {
    expect((await call('list', { list: async () => [{ ...SETTING, cost }] })).out).toContain(words)
  })
})

describe('a change', () => {
  test.each([
    ['on midtrans', { enabled: true }],
    ['off midtrans', { enabled: false }],
    ['set midtrans --position 2 --fee shop', { position: 2, buyerPaysCost: false }],
    ['set midtrans --cost 4000+0,7 --min 10.000', { cost: { fixed: 4_000, bps: 70 }, minimum: 10_000 }],
  ])('%s', async (words, wish) => {
    const asked: unknown[] = []
    const change: App['methods']['change'] = async (method, wished) => {
      asked.push([method, wished])
      return await methodsPort().change(method, wished)
    }
    const { code, out } = await call(words, { change })
    expect(code).toBe(EXIT.ok)
    expect(asked).toEqual([['midtrans', wish]])
    expect(out).toContain('midtrans')
  })

  test.each([
    ['qris_fee', 'may not be charged for QRIS'],
    ['invalid_request', 'out of range: too much'],
  ] as const)('that is refused (%s) says why and fails', async (code, words) => {
    const change: App['methods']['change'] = async () => err({ code, detail: 'too much' })
    const refused = await call('set midtrans --fee buyer', { change })
    expect([refused.code, refused.out]).toEqual([EXIT.failed, ''])
    expect(refused.told).toContain(words)
  })

  test('of a method with a slip in its name shows the right one', async () => {
    await expect(call('on midtran')).rejects.toThrow('did you mean: midtrans')
    await expect(call('on cowrie')).rejects.toThrow('tulis / write: midtrans')
  })

  test.each(['frobnicate', 'on', 'set midtrans', 'off --all'])('“%s” is a slip', async (words) => {
    await expect(call(words)).rejects.toThrow(UsageError)
  })
})
