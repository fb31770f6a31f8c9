import type { Announcement } from '#fulfilment'
import type { Tx } from '#platform/database.ts'
import type { Queue } from '#platform/queue.ts'
import { unreachable } from '#shared/result.ts'

/**
 * Who reacts to news that travels upward: each announcement becomes a job in the transaction that made it true, so
 * the news is out exactly when the fact is.
 */
export function announceThrough(queue: Queue): (tx: Tx, news: Announcement) => Promise<void> {
  return async (tx, news) => {
    switch (news.kind) {
      case 'purchase.finished':
      case 'invite.finished':
        return await queue.enqueue(tx, 'line.settle', news.lineId)
      case 'invite.changed':
        return await queue.enqueue(tx, 'line.show', news.lineId)
      case 'purchase.send':
        return await queue.enqueue(tx, 'purchase.send', news.purchaseId, startingAt(news.at))
      case 'purchase.check':
        return await queue.enqueue(tx, 'purchase.check', news.purchaseId, startingAt(news.at))
      case 'invite.send':
        return await queue.enqueue(tx, 'invite.send', news.inviteId)
      case 'invite.check':
        return await queue.enqueue(tx, 'invite.check', news.inviteId)
      default:
        return unreachable(news)
    }
  }
}

function startingAt(at: Date | undefined): { startAfter?: Date } {
  return at === undefined ? {} : { startAfter: at }
}
