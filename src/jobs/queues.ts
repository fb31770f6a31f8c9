import type { QueueDefinition } from '../platform/queue.ts'

/** Twice what one supplier may hold at once: one that does not answer leaves workers for the others. */
const SUPPLIER_CONCURRENCY = 8

/** Mail servers allow few connections per account; a slow channel must not hold up the others. */
const MESSAGES_AT_ONCE = 4

/** Invites under way at once: a call takes seconds, and each account is asked for one thing at a time. */
const INVITE_CONCURRENCY = 4

/** Lines of one batch: each is a transaction of a few milliseconds on a connection of its own. */
const LINES_AT_ONCE = 8

/** Streams at work in one process: each waits for its source most of the time, and for the database the rest. */
const SYNC_CONCURRENCY = 3

/**
 * A plan goes through in one piece, so the claim on a stream must outlive the longest: a million records at 50 a second.
 * At its end the job's signal would stop the plan, and the next one begin at the first page. Of a worker that died the
 * heartbeat tells.
 */
const PLAN_SECONDS = 6 * 3_600

const standard = {
  takes: 1,
  retryLimit: 8,
  retryDelayMaxSeconds: 300,
  expireInSeconds: 120,
  policy: 'standard',
} as const

/** Every queue of Lapak: what runs in the background, how often it is tried, and how wide. */
export const QUEUES = [
  { ...standard, name: 'inbox.process', concurrency: 2, policy: 'short' },
  { ...standard, name: 'line.fulfil', concurrency: 2, takes: LINES_AT_ONCE },
  { ...standard, name: 'line.settle', concurrency: 2, takes: LINES_AT_ONCE },
  { ...standard, name: 'line.show', concurrency: 1 },
  { ...standard, name: 'purchase.send', concurrency: SUPPLIER_CONCURRENCY, expireInSeconds: 180 },
  { ...standard, name: 'purchase.check', concurrency: SUPPLIER_CONCURRENCY },
  { ...standard, name: 'invite.send', concurrency: INVITE_CONCURRENCY, expireInSeconds: 180 },
  { ...standard, name: 'invite.check', concurrency: INVITE_CONCURRENCY },
  { ...standard, name: 'refund.send', concurrency: 2 },
  { ...standard, name: 'message.send', concurrency: MESSAGES_AT_ONCE, expireInSeconds: 180 },
  {
    ...standard,
    name: 'sync.pull',
    concurrency: SYNC_CONCURRENCY,
    policy: 'short',
    expireInSeconds: PLAN_SECONDS,
  },
] as const satisfies readonly QueueDefinition[]

/** The name of a queue. */
export type QueueName = (typeof QUEUES)[number]['name']
