import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId, newOrderNumber } from '#platform/ids.ts'
import { startSandboxes, type RunningSandboxes } from '../../sandboxes/main.ts'
import { createKeyFile } from '../../src/platform/key-ring.ts'
import { eventually } from '../support/eventually.ts'
import { checkInvariants } from '../support/invariants.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../support/test-database.ts'
import { startTendedShop } from './tended-shop.ts'

/** Every step of a message, one after the other: each successor dies at the next. */
const FAILPOINTS = [
  'messages.dispatch.inside',
  'messages.dispatch.after',
  'messages.claim.inside',
  'messages.claim.after',
  'mail.call',
  'mail.answered',
  'whatsapp.answered',
  'messages.record.inside',
  'messages.record.after',
]
const ORDERS = 12
const TIMEOUT_MS = 120_000

let database: TestDatabase
let sandboxes: RunningSandboxes
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lapak-test-'))
  await createKeyFile(path.join(folder, 'keys.json'))
  ;[database, sandboxes] = await Promise.all([
    createTestDatabase(2),
    startSandboxes({ port: 0, only: ['midtrans', 'tokopay', 'vip-reseller', 'invite', 'messages'] }),
  ])
}, TIMEOUT_MS)
afterAll(async () => {
  await sandboxes.stop()
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

/** An order of a buyer of its own, with the event that its goods are there. */
async function tellOf(buyer: string, phone: string): Promise<void> {
  const id = newId()
  await queryAs(
    database.url,
    `with told as (
        insert into orders (id, number, token_hash, state, customer_name, customer_email, customer_phone, subtotal, total,
          payment_method, expires_at)
        values ($1::uuid, $2, $3, 'SUCCESS', 'Ani', $4, $5, 10000, 10000, 'midtrans', now()) returning id)
      insert into outbox_events (id, key, kind, order_id)
      select $6, 'order.delivered:' || id, 'order.delivered', id from told`,
    [id, newOrderNumber(), createHash('sha256').update(id).digest(), buyer, phone, newId()],
  )
}

type Arrived = { channel: string; to: string[]; messageId: string }

test(
  'news reaches every buyer once, wherever the worker dies',
  async () => {
    const keysFile = path.join(folder, 'keys.json')
    const shop = await startTendedShop({
      template: { keysFile, folder },
      databaseUrl: database.url,
      sandboxes: sandboxes.urls,
      failpoints: FAILPOINTS,
    })
    try {
      await shop.ready()
      const inbox = async (): Promise<Arrived[]> => {
        const answer = await fetch(`${sandboxes.urls['messages']}/messages`)
        return ((await answer.json()) as { messages: Arrived[] }).messages
      }
      const buyers: string[] = []
      const another = async (): Promise<void> => {
        const number = buyers.length
        buyers.push(`buyer${number}@mail.example`)
        await tellOf(buyers[number] ?? '', `+62812345678${String(number).padStart(2, '0')}`)
      }
      while (buyers.length < ORDERS) await another()
      await eventually(
        'every step to have killed a worker',
        async () => {
          if (shop.deaths.length >= FAILPOINTS.length) return true
          await another()
          await shop.help()
          return false
        },
        { deadlineMs: TIMEOUT_MS / 2, everyMs: 500 },
      )
      expect(shop.deaths).toEqual(FAILPOINTS)
      await eventually('every message to be over', async () => {
        await shop.help()
        const open = await queryAs(
          database.url,
          `select id from messages where state in ('WAITING', 'SENDING')
            union all select id from outbox_events where dispatched_at is null`,
        )
        return open.length === 0
      })
      const arrived = await inbox()
      const mails = arrived.filter(({ channel }) => channel === 'email')
      const idsOf = (buyer: string) =>
        new Set(mails.filter(({ to }) => to.includes(buyer)).map(({ messageId }) => messageId))
      expect(buyers.filter((buyer) => idsOf(buyer).size !== 1)).toEqual([])
      const chats = arrived.filter(({ channel }) => channel === 'whatsapp').map(({ to }) => to.join())
      expect(new Set(chats).size).toBe(chats.length)
      const lost = await queryAs(database.url, `select id from messages where state = 'UNKNOWN'`)
      expect(chats.length + lost.length).toBeGreaterThanOrEqual(buyers.length)
      const rules = await checkInvariants(database.url)
      expect(rules.filter(({ name }) => name.startsWith('M'))).toEqual([])
    } finally {
      await shop.stop()
    }
  },
  TIMEOUT_MS,
)
