import type { Database } from '#platform/database.ts'
import type { Reading } from '#platform/metrics.ts'
import { countOpenIncidents } from './incidents/incidents-store.ts'
import { countMessages, selectChannelTrouble, type ChannelTrouble } from './messages-store.ts'

/** Messages that were given up are a trouble for a day; then they are history. */
const TROUBLE_HOURS = 24
/** So many tries take about four minutes: less is a hiccup. */
const TROUBLED_TRIES = 5

/** Messages and incidents as metrics. */
export function messageReadings(db: Database): Reading[] {
  return [
    {
      name: 'messages',
      help: 'Messages by channel and state: all that are open, and the others of the last day',
      label: 'channel_state',
      read: async () =>
        (await countMessages(db)).map(({ channel, state, count }) => ({
          label: `${channel}:${state}`,
          value: count,
        })),
    },
    {
      name: 'incidents_open',
      help: 'Incidents that are open or acknowledged, by kind',
      label: 'kind',
      read: async () =>
        (await countOpenIncidents(db)).map(({ kind, count }) => ({ label: kind, value: count })),
    },
  ]
}

/** Per channel, messages that were given up within a day, and such that wait though they were tried often. */
export async function channelTrouble(db: Database): Promise<ChannelTrouble[]> {
  return await selectChannelTrouble(db, { hours: TROUBLE_HOURS, tries: TROUBLED_TRIES })
}
