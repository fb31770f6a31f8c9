import { expect, test } from 'vitest'
import { compareConditions, QUIET_MINUTES, type Condition, type OpenIncident } from './incident.ts'
import { incidentAdvice, incidentTitle } from './incident-words.ts'

const NOW = new Date('2026-11-21T08:00:00Z')
const low: Condition = { key: 'stock_low:A', kind: 'stock_low', subject: 'A', count: 3 }
const open: OpenIncident = { id: '1', key: low.key, kind: low.kind, count: 3, clearSince: null }
const minutesAgo = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000)
const nothing = { opens: [], goesOn: [], looksEnded: [], ends: [] }

test.each([
  ['a new condition opens', [], [low], { ...nothing, opens: [low] }],
  ['the same condition twice opens once', [], [low, low], { ...nothing, opens: [low] }],
  ['one that goes on changes nothing', [open], [low], nothing],
  ['another count is noted', [{ ...open, count: 4 }], [low], { ...nothing, goesOn: [{ id: '1', count: 3 }] }],
  ['one that vanished looks ended', [open], [], { ...nothing, looksEnded: ['1'] }],
  ['it is not over at once', [{ ...open, clearSince: minutesAgo(QUIET_MINUTES - 1) }], [], nothing],
  [
    'it is over when it stayed away',
    [{ ...open, clearSince: minutesAgo(QUIET_MINUTES) }],
    [],
    { ...nothing, ends: ['1'] },
  ],
  [
    'one that came back never ended',
    [{ ...open, clearSince: minutesAgo(QUIET_MINUTES) }],
    [low],
    { ...nothing, goesOn: [{ id: '1', count: 3 }] },
  ],
])('%s', (_name, incidents, found, changes) => {
  expect(compareConditions(incidents, found, NOW)).toEqual(changes)
})

test('a trouble is told in words, a new kind of trouble too', () => {
  expect(incidentTitle(low, 'id')).toBe('Stok A tinggal 3')
  expect(incidentTitle({ ...low, kind: 'tasks_waiting', subject: 'refund_manual' }, 'en')).toBe(
    '3 task(s) wait: refunds to be paid by a person',
  )
  expect(incidentTitle({ kind: 'moon', subject: '$& half', count: 2 }, 'en')).toBe('moon: $& half (2)')
  expect(incidentAdvice({ kind: 'moon', subject: '' }, 'en')).toBe('See: lapak incidents')
})
