import { err, ok } from '#shared/result.ts'
import type { App } from '../../../src/app.ts'
import type { ConnectionView, DeadLetter, PassView, Run, RunDetail } from '../../../src/sync/run-view.ts'

export const RUN: Run = {
  runId: '0199b7a4-7c1e-7d11-8a51-3f6f4c1d2b90',
  connection: 'vip-reseller',
  trigger: 'manual',
  kind: 'live',
  status: 'succeeded',
  startedAt: '2026-11-21T00:00:00.000Z',
  finishedAt: '2026-11-21T00:00:01.000Z',
  streams: [],
  errors: [],
}

export const PASS: PassView = {
  stream: 'products',
  seen: 3,
  created: 1,
  updated: 1,
  unchanged: 1,
  rejected: 0,
  deleted: 0,
  pages: 1,
  state: 'succeeded',
  stale: 0,
  missing: 0,
  startedAt: '2026-11-21T00:00:00.000Z',
  finishedAt: '2026-11-21T00:00:01.000Z',
  retryAt: null,
  error: null,
}

/** A run of the feed with one stream, with what differs. */
export function runDetail(differs: Partial<RunDetail> = {}, pass: Partial<PassView> = {}): RunDetail {
  return {
    ...RUN,
    connection: 'feed',
    mode: 'full',
    from: null,
    to: null,
    planOf: null,
    passes: [{ ...PASS, ...pass }],
    ...differs,
  }
}

export const DEAD_LETTER: DeadLetter = {
  id: '0199b7a4-7c1e-7d11-8a51-3f6f4c1d2b91',
  connection: 'feed',
  stream: 'products',
  record: 'P-9',
  code: 'price_not_whole',
  detail: 'price is 1.5',
  attempts: 2,
  openedAt: '2026-11-20T00:00:00.000Z',
  payload: { id: 'P-9', price: 1.5 },
}

export const CONNECTION: ConnectionView = {
  name: 'feed',
  paused: null,
  circuit: null,
  streams: [
    {
      stream: 'products',
      direction: 'inbound',
      watermark: '2026-11-21T00:00:00.000Z',
      enumeratedAt: '2026-11-21T00:00:00.000Z',
      records: 1200,
      deadLetters: 1,
    },
  ],
  schedules: [{ mode: 'changes', everyMinutes: 15, enabled: true, nextAt: '2026-11-21T00:15:00.000Z' }],
  alerts: [],
}

/** Synchronisation with fixed answers: one connection `feed`, one run, one dead letter. */
export function syncPort(): App['sync'] {
  const known = (id: string) => id === RUN.runId
  const byName = (name: string) =>
    name === CONNECTION.name ? ok(undefined) : err({ code: 'unknown_connection' as const })
  return {
    request: async () => ok(RUN),
    run: async () => ok(RUN),
    drive: async (id) => (known(id) ? runDetail() : undefined),
    findRun: async (id) => (known(id) ? runDetail() : undefined),
    listRuns: async () => ({ runs: [RUN], nextCursor: null }),
    listChanges: async () => ({
      changes: [
        { stream: 'products', op: 'create', externalId: 'P-8', fields: {} },
        { stream: 'products', op: 'update', externalId: 'P-7', fields: { name: ['Susu', 'Susu Etawa'] } },
      ],
      nextCursor: null,
    }),
    cancel: async (id) => (known(id) ? ok(RUN) : err({ code: 'not_found' })),
    approve: async (id) => (known(id) ? ok(RUN) : err({ code: 'not_found' })),
    connections: async () => [CONNECTION],
    setPaused: async (name) => byName(name),
    setSchedule: async (name) => byName(name),
    listDeadLetters: async () => ({ deadLetters: [DEAD_LETTER], nextCursor: null }),
    discardDeadLetter: async () => ok(undefined),
    setFieldLock: async () => ok(undefined),
  }
}

/** One product and one reseller. */
export function feedPort(): App['feed'] {
  const common = {
    id: RUN.runId,
    imageUrl: null,
    imageAlt: '',
    active: true,
    updatedAt: '2026-11-21T00:00:00.000Z',
  }
  const prices = { general: 100_000, consultant: null, supervisor: null, manager: null, director: null }
  const product = { externalId: 'P-7', name: 'Susu', slug: 'susu', description: '', registrationNumber: null }
  const reseller = { externalId: 'R-1', name: 'Sari', phone: null, area: null, level: null }
  const contacts = { uplineExternalId: null, facebook: null, instagram: null, customPrices: [] }
  return {
    listProducts: async () => ({ products: [{ ...common, ...product, prices }], nextCursor: null }),
    listResellers: async () => ({ resellers: [{ ...common, ...reseller, ...contacts }], nextCursor: null }),
  }
}

/** The export `products` with two rows. */
export function exportsPort(): App['exports'] {
  async function* rows() {
    yield { id: 'P-7', name: 'Susu, manis', price: 100_000, active: true, note: null }
    yield { id: 'P-8', name: '=1+1', price: -5, active: false, note: '+62812' }
  }
  return { names: () => ['products'], rows: (name) => (name === 'products' ? rows() : undefined) }
}

/** One picture, and one file that is none. */
export function mediaPort(): App['media'] {
  const files = new Map([
    ['images/ab12.webp', { body: new Uint8Array([1, 2, 3]), contentType: 'image/webp' }],
    ['images/page.html', { body: new Uint8Array([60]), contentType: 'text/html' }],
  ])
  return { read: async (key) => files.get(key) }
}
