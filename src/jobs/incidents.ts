import { listAccounts, listSuppliers } from '#fulfilment'
import { channelTrouble, openIncidentKeys, watchConditions, type Condition } from '#notifications'
import { countOpenTasks, listLowStock } from '#reports'
import type { Shop } from './shop.ts'

/** Fewer units than this of something that sells: staff are told; from twice as many on it is over. */
const LOW_STOCK = 5
const ENOUGH_STOCK = 10
/** One refused address is its owner's mistake; so many within a day are ours. */
const MANY_REFUSED = 10

/** Tasks that are news and not a trouble, or that another watch tells of. */
const NOT_TOLD: ReadonlySet<string> = new Set(['message_ignored', 'dead_letter'])

/** Somebody who looks for troubles of some kinds; says all that there are of them now. */
type Watch = { kinds: readonly string[]; look(shop: Shop, open: ReadonlySet<string>): Promise<Condition[]> }

const WATCHES: readonly Watch[] = [
  { kinds: ['tasks_waiting', 'sync_trouble'], look: lookAtTasks },
  { kinds: ['jobs_dead'], look: lookAtJobs },
  { kinds: ['supplier_balance', 'supplier_paused'], look: lookAtSuppliers },
  { kinds: ['account_out'], look: lookAtAccounts },
  { kinds: ['stock_low'], look: lookAtStock },
  { kinds: ['messages_dead', 'channel_down'], look: lookAtChannels },
]

/**
 * Looks for troubles and opens, continues or ends their incidents, all of one look told together. What could not be
 * looked at stays as it was.
 */
export async function watchIncidents(shop: Shop): Promise<void> {
  const open = await openIncidentKeys(shop.db)
  const looks = await Promise.allSettled(WATCHES.map((watch) => watch.look(shop, open)))
  const kinds: string[] = []
  const found: Condition[] = []
  looks.forEach((look, index) => {
    if (look.status === 'fulfilled') {
      kinds.push(...(WATCHES[index]?.kinds ?? []))
      found.push(...look.value)
    } else shop.log.error({ err: look.reason as unknown, kinds: WATCHES[index]?.kinds }, 'a watch failed')
  })
  await watchConditions({ db: shop.db, now: shop.clock.now() }, kinds, found)
}

function condition(kind: string, subject: string, count = 1): Condition {
  return { key: `${kind}:${subject}`, kind, subject, count }
}

async function lookAtTasks(shop: Shop): Promise<Condition[]> {
  const tasks = await countOpenTasks(shop.db)
  return tasks
    .filter((task) => task.count > 0 && !NOT_TOLD.has(task.kind))
    .map((task) =>
      condition(task.kind.startsWith('sync_') ? 'sync_trouble' : 'tasks_waiting', task.kind, task.count),
    )
}

async function lookAtJobs(shop: Shop): Promise<Condition[]> {
  const letters = await shop.queue.deadLetters()
  return letters
    .filter((letter) => letter.waiting > 0)
    .map((letter) => condition('jobs_dead', letter.queue.replace(/\.dead$/, ''), letter.waiting))
}

async function lookAtSuppliers(shop: Shop): Promise<Condition[]> {
  const suppliers = await listSuppliers(shop)
  return suppliers.flatMap((supplier) => {
    const { id, balance, lowBalance, pausedBy, circuits } = supplier
    const isLow =
      pausedBy === 'low_balance' || (lowBalance !== null && balance !== null && balance < lowBalance)
    return [
      ...(isLow ? [condition('supplier_balance', id)] : []),
      ...(circuits.length > 0 ? [condition('supplier_paused', id, circuits.length)] : []),
    ]
  })
}

/** Accounts that only a person brings back: banned by their provider, or their credential refused. */
async function lookAtAccounts(shop: Shop): Promise<Condition[]> {
  const accounts = await listAccounts(shop)
  return accounts
    .filter(({ state }) => state === 'BANNED' || state === 'CREDENTIAL')
    .map(({ label }) => condition('account_out', label))
}

async function lookAtStock(shop: Shop, open: ReadonlySet<string>): Promise<Condition[]> {
  const low = await listLowStock(shop.db, ENOUGH_STOCK)
  return low
    .map(({ sku, left }) => condition('stock_low', sku, left))
    .filter(({ key, count }) => count < LOW_STOCK || open.has(key))
}

async function lookAtChannels(shop: Shop): Promise<Condition[]> {
  const channels = await channelTrouble(shop.db)
  return channels.flatMap(({ channel, dead, refused, sent, waiting }) => {
    const lost = dead + (refused >= MANY_REFUSED && refused > sent ? refused : 0)
    return [
      ...(lost > 0 ? [condition('messages_dead', channel, lost)] : []),
      ...(waiting > 0 ? [condition('channel_down', channel, waiting)] : []),
    ]
  })
}
