import {
  acknowledgeIncident,
  listIncidents,
  listMessages,
  listTemplates,
  previewTemplate,
} from '#notifications'
import type { App } from '../app.ts'
import type { Shop } from './shop.ts'

/** What operators may ask of messages. */
export function messagesApp(shop: Shop): App['messages'] {
  return {
    list: (query) => listMessages(shop.db, query),
    preview: (template, locale) => previewTemplate(template, shop.messaging.sender, locale),
    templates: () => listTemplates(),
  }
}

/** What operators may ask and note of incidents. */
export function incidentsApp(shop: Shop): App['incidents'] {
  return {
    list: () => listIncidents(shop.db),
    acknowledge: (id, by) => acknowledgeIncident(shop.db, { id, by, now: shop.clock.now() }),
  }
}
