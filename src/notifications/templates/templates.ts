import type { Locale, TemplateName } from '../message-view.ts'
import { credentialChanged } from './credential-changed.ts'
import { incidentOpened, type IncidentsNews } from './incident-opened.ts'
import { incidentResolved } from './incident-resolved.ts'
import { inviteSent, type ItemNews } from './invite-sent.ts'
import type { Letter, OrderNews, Template } from './letter.ts'
import { lineNeedsInput, type LineNeedsInput } from './line-needs-input.ts'
import { membershipEnding, type MembershipEnding } from './membership-ending.ts'
import { orderDelivered } from './order-delivered.ts'
import { orderFailed } from './order-failed.ts'
import { orderPaid } from './order-paid.ts'
import { orderPartial, type OrderWithRefund } from './order-partial.ts'
import { orderWaiting, type OrderWaiting } from './order-waiting.ts'
import { paymentSurplus, type PaymentSurplus } from './payment-surplus.ts'
import { refundDone } from './refund-done.ts'
import { refundNeedsAccount } from './refund-needs-account.ts'
import { refundStarted, type RefundNews } from './refund-started.ts'

/** What each template needs to know. */
export type TemplateValues = {
  'order-waiting': OrderWaiting
  'order-paid': OrderNews
  'order-delivered': OrderNews
  'order-partial': OrderWithRefund
  'order-failed': OrderWithRefund
  'payment-surplus': PaymentSurplus
  'refund-started': RefundNews
  'refund-done': RefundNews
  'refund-needs-account': RefundNews
  'line-needs-input': LineNeedsInput
  'invite-sent': ItemNews
  'membership-ending': MembershipEnding
  'credential-changed': ItemNews
  'incident-opened': IncidentsNews
  'incident-resolved': IncidentsNews
}

const TEMPLATES: { readonly [Name in TemplateName]: Template<TemplateValues[Name]> } = {
  'order-waiting': orderWaiting,
  'order-paid': orderPaid,
  'order-delivered': orderDelivered,
  'order-partial': orderPartial,
  'order-failed': orderFailed,
  'payment-surplus': paymentSurplus,
  'refund-started': refundStarted,
  'refund-done': refundDone,
  'refund-needs-account': refundNeedsAccount,
  'line-needs-input': lineNeedsInput,
  'invite-sent': inviteSent,
  'membership-ending': membershipEnding,
  'credential-changed': credentialChanged,
  'incident-opened': incidentOpened,
  'incident-resolved': incidentResolved,
}

/** A template with all it needs to know: what a message becomes a letter from. */
export type Filled = {
  [Name in TemplateName]: { template: Name; values: TemplateValues[Name] }
}[TemplateName]

/** Every template, in the order of an order's life. */
export const TEMPLATE_NAMES: readonly TemplateName[] = Object.keys(TEMPLATES) as TemplateName[]

/** True for the name of a template. */
export function isTemplateName(name: string): name is TemplateName {
  return Object.hasOwn(TEMPLATES, name)
}

/** The letter that a template and its values make in a language. */
export function writeLetter<Name extends TemplateName>(
  { template, values }: { template: Name; values: TemplateValues[Name] },
  locale: Locale,
): Letter {
  return TEMPLATES[template].write(values, locale)
}

/** The letter with made-up values. */
export function writeExample(name: TemplateName, locale: Locale): Letter {
  return writeLetter(exampleOf(name), locale)
}

function exampleOf<Name extends TemplateName>(name: Name): { template: Name; values: TemplateValues[Name] } {
  return { template: name, values: TEMPLATES[name].example }
}
