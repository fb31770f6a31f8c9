import { queryAs } from './test-database.ts'

const SHIFTS = [
  `update orders set created_at = created_at - $1::interval where state = 'PENDING'`,
  `update order_lines set updated_at = updated_at - $1::interval where state = 'PROCESSING'`,
  `update payments set next_poll_at = next_poll_at - $1::interval where next_poll_at is not null`,
  `update refunds set next_try_at = next_try_at - $1::interval, updated_at = updated_at - $1::interval where state <> 'DONE'`,
  `update messages set next_try_at = next_try_at - $1::interval where state in ('WAITING', 'SENDING')`,
  `update webhook_inbox set next_try_at = next_try_at - $1::interval where state in ('RECEIVED', 'PARKED')`,
  // All of them: which purchase came before which must stay as it was.
  `update supplier_purchases set next_check_at = next_check_at - $1::interval, sent_at = sent_at - $1::interval,
    send_after = send_after - $1::interval, asked_at = asked_at - $1::interval, unknown_since = unknown_since - $1::interval,
    balance_at = balance_at - $1::interval, created_at = created_at - $1::interval, updated_at = updated_at - $1::interval`,
  `update invites set next_check_at = next_check_at - $1::interval, due_at = due_at - $1::interval,
    sent_at = sent_at - $1::interval, unknown_since = unknown_since - $1::interval
    where state in ('QUEUED', 'SENDING', 'UNKNOWN', 'INVITED', 'MANUAL')`,
  `update provider_accounts set cooldown_until = cooldown_until - $1::interval, next_look_at = next_look_at - $1::interval`,
  `update supplier_circuits set open_until = open_until - $1::interval, probe_until = probe_until - $1::interval
    where open_until is not null`,
]

/**
 * Moves everything that waits closer by `interval`: claims of dead processes run out, polls and lookups become due.
 * The ends of orders and of stock holds stay where they are.
 */
export async function letTimePass(url: string, interval = '2 minutes'): Promise<void> {
  for (const shift of SHIFTS) await queryAs(url, shift, [interval])
}

/** Lets the unpaid orders' time to pay be over by an hour. Their gateway's page still lives. */
export async function letOrdersExpire(url: string, orderNumbers: readonly string[]): Promise<void> {
  await queryAs(url, `update orders set expires_at = now() - interval '1 hour' where number = any ($1)`, [
    orderNumbers,
  ])
  await queryAs(
    url,
    `update payments set expires_at = now() - interval '1 hour' where order_id in (select id from orders where number = any ($1))`,
    [orderNumbers],
  )
}
