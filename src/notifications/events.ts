import type { TemplateName } from './message-view.ts'

/** Who is told. */
export type Audience = 'buyer' | 'staff'

/** Which events are told, to whom and by which template. Events of other kinds are nobody's message. */
const TOLD: Readonly<Record<string, { template: TemplateName; audience: Audience }>> = {
  'order.waiting': { template: 'order-waiting', audience: 'buyer' },
  'order.paid': { template: 'order-paid', audience: 'buyer' },
  'order.delivered': { template: 'order-delivered', audience: 'buyer' },
  'order.partial': { template: 'order-partial', audience: 'buyer' },
  'order.failed': { template: 'order-failed', audience: 'buyer' },
  'payment.surplus': { template: 'payment-surplus', audience: 'buyer' },
  'refund.started': { template: 'refund-started', audience: 'buyer' },
  'refund.done': { template: 'refund-done', audience: 'buyer' },
  'refund.needs_account': { template: 'refund-needs-account', audience: 'buyer' },
  'line.needs_input': { template: 'line-needs-input', audience: 'buyer' },
  'invite.sent': { template: 'invite-sent', audience: 'buyer' },
  'membership.ending': { template: 'membership-ending', audience: 'buyer' },
  'credential.changed': { template: 'credential-changed', audience: 'buyer' },
  'incident.opened': { template: 'incident-opened', audience: 'staff' },
  'incident.resolved': { template: 'incident-resolved', audience: 'staff' },
}

/** How an event is told, or undefined when nobody is. */
export function tellingOf(kind: string): { template: TemplateName; audience: Audience } | undefined {
  return Object.hasOwn(TOLD, kind) ? TOLD[kind] : undefined
}
