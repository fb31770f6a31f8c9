import type { Locale } from '../message-view.ts'
import { incidentAdvice, incidentTitle } from '../incidents/incident-words.ts'
import type { Template } from './letter.ts'
import { moment, say } from './words.ts'

/** A trouble as staff are told of it. */
export type IncidentNews = {
  id: string
  kind: string
  subject: string
  count: number
  openedAt: Date
  resolvedAt: Date | null
}

export type IncidentsNews = { shop: string; incidents: readonly IncidentNews[] }

const EXAMPLE: IncidentNews = {
  id: '01936d2e-0000-7000-8000-000000000001',
  kind: 'supplier_balance',
  subject: 'vip-reseller',
  count: 1,
  openedAt: new Date('2026-11-21T08:30:00Z'),
  resolvedAt: null,
}

export const EXAMPLE_INCIDENTS: IncidentsNews = {
  shop: 'Lapak',
  incidents: [EXAMPLE, { ...EXAMPLE, kind: 'stock_low', subject: 'GP-50', count: 3 }],
}

/** Something needs the staff; many at once are one message. */
export const incidentOpened: Template<IncidentsNews> = {
  example: EXAMPLE_INCIDENTS,
  write: ({ shop, incidents }, locale) => {
    const title =
      incidents.length === 1
        ? say(locale, 'Ada masalah', 'There is a problem')
        : say(locale, `Ada ${incidents.length} masalah`, `There are ${incidents.length} problems`)
    return {
      subject: `${shop}: ${title}`,
      title: `🔴 ${shop}: ${title}`,
      paragraphs: incidents.map((incident) => paragraphOf(incident, locale)),
      facts: [],
      parameters: [shop, String(incidents.length)],
    }
  },
}

function paragraphOf(incident: IncidentNews, locale: Locale): string {
  const since = moment(locale, incident.openedAt)
  return `${incidentTitle(incident, locale)}\n${say(locale, 'Sejak', 'Since')} ${since}. ${incidentAdvice(incident, locale)}`
}
