import { describe, expect, test } from 'vitest'
import { renderChat, renderLetter } from '../render-letter.ts'
import { EXAMPLE_ORDER } from './letter.ts'
import { TEMPLATE_NAMES, writeExample, writeLetter, type Filled } from './templates.ts'

const SENDER = { shop: 'Lapak', supportEmail: 'bantuan@example.com' }
const LOCALES = ['id', 'en'] as const
const CASES = TEMPLATE_NAMES.flatMap((name) => LOCALES.map((locale) => ({ name, locale })))

/** Markup, a header, a bidirectional trick and a lure, wherever a text of a stranger may stand. */
const HOSTILE = '<script>alert("x")</script>\r\nBcc: all@mail.example\u202E & \'quotes\''
const ORDER = { ...EXAMPLE_ORDER, customer: HOSTILE, items: [HOSTILE, HOSTILE] }
const MOMENT = new Date('2026-11-21T08:30:00Z')
const INCIDENT = {
  id: '1',
  kind: HOSTILE,
  subject: HOSTILE,
  count: 1,
  openedAt: MOMENT,
  resolvedAt: MOMENT,
}

const HOSTILE_LETTERS: Filled[] = [
  { template: 'order-waiting', values: { ...ORDER, amount: 1, method: HOSTILE, payBefore: MOMENT } },
  { template: 'order-paid', values: ORDER },
  { template: 'order-delivered', values: ORDER },
  { template: 'order-partial', values: { ...ORDER, refund: 1 } },
  { template: 'order-failed', values: { ...ORDER, refund: 1 } },
  { template: 'payment-surplus', values: { ...ORDER, kind: 'double', amount: 1 } },
  { template: 'refund-started', values: { ...ORDER, amount: 1 } },
  { template: 'refund-done', values: { ...ORDER, amount: 1 } },
  { template: 'refund-needs-account', values: { ...ORDER, amount: 1 } },
  { template: 'line-needs-input', values: { ...ORDER, item: HOSTILE, until: null } },
  { template: 'invite-sent', values: { ...ORDER, item: HOSTILE } },
  { template: 'membership-ending', values: { ...ORDER, item: HOSTILE, endsAt: null } },
  { template: 'credential-changed', values: { ...ORDER, item: HOSTILE } },
  { template: 'incident-opened', values: { shop: HOSTILE, incidents: [INCIDENT] } },
  { template: 'incident-resolved', values: { shop: HOSTILE, incidents: [INCIDENT] } },
]

describe('every template', () => {
  test.each(CASES)('$name in $locale reads as it was agreed', ({ name, locale }) => {
    const { subject, text } = renderLetter(writeExample(name, locale), SENDER, locale)
    expect(`${subject}\n\n${text}`).toMatchSnapshot()
  })

  test.each(CASES)(
    '$name in $locale fits a subject line, a screen and the parameters of a template',
    (one) => {
      const letter = writeExample(one.name, one.locale)
      const { subject } = renderLetter(letter, SENDER, one.locale)
      expect(subject.length).toBeLessThanOrEqual(60)
      expect(subject).not.toMatch(/Rp|https?:|\n/)
      expect(renderChat(letter).length).toBeLessThan(1_000)
      expect(letter.parameters.length).toBeGreaterThan(0)
      for (const value of letter.parameters) expect(value).not.toBe('')
    },
  )

  test.each(CASES)('$name in $locale links to the order and nowhere else', ({ name, locale }) => {
    const letter = writeExample(name, locale)
    const { html, text } = renderLetter(letter, SENDER, locale)
    const links = [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map((match) => match[1])
    const isForStaff = name.startsWith('incident-')
    expect(new Set(links)).toEqual(new Set(isForStaff ? [] : [EXAMPLE_ORDER.url]))
    expect(text.includes(EXAMPLE_ORDER.url)).toBe(!isForStaff)
  })

  test('has a hostile twin below', () => {
    expect(HOSTILE_LETTERS.map(({ template }) => template)).toEqual(TEMPLATE_NAMES)
  })

  test.each(HOSTILE_LETTERS)('$template lets nobody write markup or headers', (filled) => {
    for (const locale of LOCALES) {
      const letter = writeLetter(filled, locale)
      const { subject, text, html } = renderLetter(letter, { ...SENDER, shop: HOSTILE }, locale)
      expect(subject).not.toMatch(/[\r\n\u202E]/)
      expect(text).not.toMatch(/[\r\u202E]/)
      expect(html).not.toMatch(/<script|[\r\u202E]|alert\("x/)
      expect(html).toContain('&lt;script&gt;')
      expect(renderChat(letter)).not.toMatch(/[\r\u202E]/)
    }
  })
})

test('what a buyer bought is named, what was delivered is not known to any template', () => {
  const known = new Set(['shop', 'customer', 'orderNumber', 'items', 'total', 'url'])
  const allowed = new Set([
    ...known,
    'amount',
    'refund',
    'method',
    'payBefore',
    'kind',
    'item',
    'until',
    'endsAt',
  ])
  const fields = HOSTILE_LETTERS.filter(({ template }) => !template.startsWith('incident-')).flatMap(
    ({ values }) => Object.keys(values),
  )
  expect(fields.filter((field) => !allowed.has(field))).toEqual([])
})
