import { incidentTitle } from '../incidents/incident-words.ts'
import { EXAMPLE_INCIDENTS, type IncidentsNews } from './incident-opened.ts'
import type { Template } from './letter.ts'
import { moment, say } from './words.ts'

/** A trouble is over by itself or by somebody's work. */
export const incidentResolved: Template<IncidentsNews> = {
  example: {
    ...EXAMPLE_INCIDENTS,
    incidents: EXAMPLE_INCIDENTS.incidents.map((incident) => ({
      ...incident,
      resolvedAt: new Date('2026-11-21T09:05:00Z'),
    })),
  },
  write: ({ shop, incidents }, locale) => {
    const title =
      incidents.length === 1
        ? say(locale, 'Masalah selesai', 'A problem is over')
        : say(locale, `${incidents.length} masalah selesai`, `${incidents.length} problems are over`)
    return {
      subject: `${shop}: ${title}`,
      title: `🟢 ${shop}: ${title}`,
      paragraphs: incidents.map((incident) => {
        const from = moment(locale, incident.openedAt)
        const until = incident.resolvedAt === null ? '' : ` – ${moment(locale, incident.resolvedAt)}`
        return `${incidentTitle(incident, locale)}\n${from}${until}`
      }),
      facts: [],
      parameters: [shop, String(incidents.length)],
    }
  },
}
