import { err, ok } from '#shared/result.ts'
import { listTemplates, previewTemplate } from '#notifications'
import type { App } from '../../../src/app.ts'
import type { MessageView } from '../../../src/notifications/message-view.ts'

/** A message that went out at the second try. */
export const MESSAGE: MessageView = {
  id: '01936d2e-0000-7000-8000-000000000001',
  template: 'order-delivered',
  channel: 'email',
  recipient: 'a···@mail.example',
  locale: 'id',
  orderNumber: 'LP-7K2M9Q4XA0',
  state: 'SENT',
  tries: 2,
  detail: null,
  createdAt: '2026-11-21T08:00:00.000Z',
  sentAt: '2026-11-21T08:00:20.000Z',
}

/** A trouble that is open. */
export const INCIDENT: Awaited<ReturnType<App['incidents']['list']>>[number] = {
  id: '01936d2e-0000-7000-8000-000000000002',
  kind: 'stock_low',
  subject: 'GP-50',
  title: 'Stok GP-50 tinggal 3',
  titleEn: 'Stock of GP-50 is down to 3',
  state: 'OPEN',
  count: 3,
  openedAt: '2026-11-21T08:00:00.000Z',
  resolvedAt: null,
  acknowledgedBy: null,
}

/** Messages with fixed answers; the templates are the real ones. */
export function messagesPort(): App['messages'] {
  return {
    list: async ({ orderNumber }) => ({
      messages: orderNumber === undefined || orderNumber === MESSAGE.orderNumber ? [MESSAGE] : [],
      nextCursor: null,
    }),
    preview: (name, locale) =>
      previewTemplate(name, { shop: 'Lapak', supportEmail: 'bantuan@example.com' }, locale),
    templates: () => listTemplates(),
  }
}

/** Incidents with fixed answers. */
export function incidentsPort(): App['incidents'] {
  return {
    list: async () => [INCIDENT],
    acknowledge: async (id) => (id === INCIDENT.id ? ok(undefined) : err({ code: 'not_found' })),
  }
}
