import { afterAll, beforeAll, expect, test } from 'vitest'
import { sendPurchase, type Announcement } from '#fulfilment'
import { handleInbox } from '../../../src/jobs/subscriptions.ts'
import { acceptMessage } from '../../../src/platform/inbox.ts'
import { queryAs } from '../../support/test-database.ts'
import { setCorrectionStage, type CorrectionStage } from './correction-stage.ts'

const PROVIDER = 'vip-reseller'

let stage: CorrectionStage
beforeAll(async () => {
  stage = await setCorrectionStage()
}, 60_000)
afterAll(() => stage.shop.stop())

const rows = async <Row extends Record<string, unknown>>(text: string, values: unknown[]): Promise<Row[]> =>
  await queryAs<Row>(stage.shop.database.url, text, values)

async function tell(reference: string): Promise<void> {
  const body = Buffer.from(reference)
  await acceptMessage(stage.shop.shop, { provider: PROVIDER, dedupe: reference, body, reference })
}

async function stateOf(reference: string): Promise<string | undefined> {
  const found = await rows<{ state: string }>('select state from webhook_inbox where reference = $1', [
    reference,
  ])
  return found[0]?.state
}

test('a supplier that does not answer keeps no message waiting: the check becomes a job', async () => {
  const { shop } = stage.shop
  const supplier = shop.suppliers.get(PROVIDER)
  if (supplier === undefined) throw new Error('no supplier')
  const line = await stage.openLine()
  const [purchase] = await stage.purchases(line)
  const id = purchase?.id ?? ''
  await sendPurchase(shop, id)
  const [sent] = await rows<{ reference: string }>(
    'select supplier_ref as reference from supplier_purchases where id = $1',
    [id],
  )
  const reference = sent?.reference ?? ''
  await tell(reference)
  let calls = 0
  const silent = {
    ...supplier,
    findOrder: () => {
      calls += 1
      return Promise.withResolvers<never>().promise
    },
  }
  const told: Announcement[] = []
  await handleInbox({
    ...shop,
    suppliers: new Map([[PROVIDER, silent]]),
    async announce(tx, news) {
      told.push(news)
      await shop.announce(tx, news)
    },
  })
  expect(calls).toBe(0)
  expect(await stateOf(reference)).toBe('HANDLED')
  expect(told).toEqual([{ kind: 'purchase.check', purchaseId: id }])
})

test('a message about a purchase that is not known yet is looked at again', async () => {
  await tell('not-known-yet')
  await handleInbox(stage.shop.shop)
  expect(await stateOf('not-known-yet')).toBe('PARKED')
})
