import type { QueueDefinition } from '../platform/queue.ts'

/** Purchases in flight at one supplier account: it throttles, and few at a time keep lookups unambiguous. */
const SUPPLIER_CONCURRENCY = 4

const standard = {
  retryLimit: 8,
  retryDelayMaxSeconds: 300,
  expireInSeconds: 120,
  policy: 'standard',
} as const

/** Every queue of Lapak: what runs in the background, how often it is tried, and how wide. */
export const QUEUES = [
  { ...standard, name: 'inbox.process', concurrency: 2, policy: 'short' },
  { ...standard, name: 'line.fulfil', concurrency: 8 },
  { ...standard, name: 'line.settle', concurrency: 8 },
  { ...standard, name: 'purchase.send', concurrency: SUPPLIER_CONCURRENCY, expireInSeconds: 180 },
  { ...standard, name: 'purchase.check', concurrency: SUPPLIER_CONCURRENCY },
  { ...standard, name: 'refund.send', concurrency: 2 },
  {
    ...standard,
    name: 'catalogue.sync',
    concurrency: 1,
    policy: 'short',
    retryLimit: 2,
    expireInSeconds: 900,
  },
] as const satisfies readonly QueueDefinition[]

/** The name of a queue. */
export type QueueName = (typeof QUEUES)[number]['name']
