import { expect, test } from 'vitest'
import type { App } from '../../../src/app.ts'
import { err, ok } from '../../../src/shared/result.ts'
import { runOrderAction, type OrderAnswer } from './order-actions.ts'

const URL_HERE = new URL('https://toko.example/track/tok?lang=en')

/** Posts a form to an order whose domain answers as given. */
async function post(fields: Record<string, string>, orders: object): Promise<Response | OrderAnswer> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  const app = { orders } as App
  return await runOrderAction({ app, token: 'tok', form, url: URL_HERE, locale: 'en' })
}

function locationOf(outcome: Response | OrderAnswer): string | null {
  return outcome instanceof Response ? outcome.headers.get('location') : null
}

const mistake = (pointer: string) => ({ pointer, code: 'x', detail: 'salah', detailEn: `wrong ${pointer}` })
const ACCOUNT = { intent: 'account', bank: ' BCA ', number: '12ab', holder: 'Sari' }

test('what was done is told in the address, so that a reload repeats nothing', async () => {
  const renewPayment = async () => ok({})
  expect(locationOf(await post({ intent: 'renew' }, { renewPayment }))).toBe(
    '/track/tok?lang=en&note=renewed',
  )
  const cancel = async () => err({ code: 'not_cancellable' })
  expect(locationOf(await post({ intent: 'cancel' }, { cancel }))).toContain('note=not_cancellable')
})

test('a refused account comes back with everything typed and the mistake at its field', async () => {
  const setRefundAccount = async () => err({ code: 'invalid_request', errors: [mistake('/number')] })
  expect(await post(ACCOUNT, { setRefundAccount })).toMatchObject({
    form: 'account',
    values: { bank: 'BCA', number: '12ab', holder: 'Sari' },
    errors: { number: 'wrong /number' },
  })
})

test('empty fields of an account are named without asking the domain', async () => {
  const answer = await post({ ...ACCOUNT, holder: '  ' }, {})
  expect(answer).toMatchObject({ errors: { holder: expect.stringContaining('name of the holder') } })
})

test('a corrected field is sent by its name; a mistake of no field is said on top', async () => {
  const sent: unknown[] = []
  const correctInput = async (...values: unknown[]) => {
    sent.push(...values)
    return err({ code: 'invalid_request', errors: [mistake('/input/user_id'), mistake('/input')] })
  }
  const answer = await post({ intent: 'correct', line: '2', 'input.user_id': '9' }, { correctInput })
  expect(sent).toEqual(['tok', 2, { user_id: '9' }])
  expect(answer).toMatchObject({
    form: 'correct-2',
    values: { user_id: '9' },
    errors: { user_id: 'wrong /input/user_id' },
    text: 'wrong /input',
  })
})

test('a way to pay that is gone offers those that are left; one that is over is told after a redirect', async () => {
  const methods = [{ method: 'tokopay_qris' }]
  const gone = async () => err({ code: 'gateway_unavailable', methods })
  const form = { intent: 'renew', paymentMethod: 'midtrans' }
  expect(await post(form, { renewPayment: gone })).toMatchObject({ form: 'renew', methods })
  const over = async () => err({ code: 'price_changed' })
  expect(locationOf(await post(form, { renewPayment: over }))).toContain('note=price_changed')
})
