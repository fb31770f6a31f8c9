import { expect, test } from 'vitest'
import { err, ok } from '../../shared/result.ts'
import type { SourceRecord } from '../ports.ts'
import { diffRecord } from './diff-record.ts'
import { fingerprinter } from './fingerprint.ts'
import { planWindow } from './plan-generation.ts'
import { readPage } from './read-page.ts'

type Row = SourceRecord<{ name: string }>
const source = {
  read: (raw: unknown) =>
    raw === 'bad' ? err({ code: 'bad', detail: 'bad', externalId: 'known' }) : ok(raw as Row),
}
const row = (externalId: string, version: string | null, name: string): Row => ({
  externalId,
  version: version === null ? null : new Date(version),
  value: { name },
})

test('the newest version wins, of equal ones the later row; the rest counts as superseded', () => {
  const page = readPage(source, [
    row('b', '2026-01-02', 'new'),
    row('b', '2026-01-01', 'old'),
    row('a', null, 'first'),
    row('a', null, 'second'),
    'bad',
  ])
  expect(page.candidates.map(({ externalId, value }) => [externalId, value.name])).toEqual([
    ['a', 'second'],
    ['b', 'new'],
  ])
  expect(page.superseded).toBe(2)
  expect(page.refused).toMatchObject([{ key: 'known' }])
})

test('what the database cannot hold is refused before it gets there', () => {
  const page = readPage(source, [
    row('', null, 'x'),
    row('x'.repeat(201), null, 'x'),
    row('\uD800', null, 'x'),
    row('a', 'no date', 'x'),
    row('a', null, 'nul \0'),
    row('b', null, 'half \uD83D'),
  ])
  expect(page.candidates).toEqual([])
  expect(page.refused.map(({ rejection }) => rejection.code)).toEqual([
    'invalid_id',
    'invalid_id',
    'invalid_id',
    'invalid_version',
    'invalid_text',
    'invalid_text',
  ])
})

test('a fingerprint follows the declared fields, their order and the mapping version', () => {
  const fields = { a: 'source', b: 'rule' } as const
  const of = fingerprinter({ mappingVersion: 1, fields })
  expect(of({ a: 1, b: 2 })).toBe(of({ b: 2, a: 1 }))
  expect(of({ a: 1, b: 2 })).not.toBe(of({ a: 2, b: 1 }))
  expect(of({ a: 1, b: 2 })).not.toBe(fingerprinter({ mappingVersion: 2, fields })({ a: 1, b: 2 }))
  expect(of({ a: 1, b: 2 })).toMatch(/^[0-9a-f]{32}$/)
})

test('owners and locks decide field by field', () => {
  const owners = { price: 'source', tag: 'rule', name: 'source' } as const
  const before = { price: 1, tag: 'ours', name: 'locked' }
  const diff = diffRecord(owners, before, { price: 2, tag: 'theirs', name: 'new' }, new Set(['name']))
  expect(diff).toEqual({
    value: { price: 2, tag: 'ours', name: 'locked' },
    changed: { price: [1, 2] },
    kept: { tag: ['ours', 'theirs'], name: ['locked', 'new'] },
  })
})

test('windows look back, lag behind, are cut, and are full where nothing else can be', () => {
  const timing = { lookbackSeconds: 60, safetyLagSeconds: 10, maxSpanSeconds: 3_600 }
  const now = new Date('2026-01-01T03:00:00Z')
  const watermark = new Date('2026-01-01T00:30:00Z')
  const wish = { mode: 'changes', from: null, to: null } as const
  const window = planWindow({ hasChanges: true, timing }, wish, { watermark, now })
  expect(window).toMatchObject({ mode: 'changes', lo: new Date('2026-01-01T00:29:00Z') })
  expect(window.hi).toEqual(new Date('2026-01-01T02:59:50Z'))
  expect(window.slices).toHaveLength(3)
  expect(window.slices[1]?.lo).toEqual(window.slices[0]?.hi)
  expect(window.slices.at(-1)?.hi).toEqual(window.hi)
  expect(planWindow({ hasChanges: true, timing }, wish, { watermark: null, now }).mode).toBe('full')
  expect(planWindow({ hasChanges: false, timing }, wish, { watermark, now }).mode).toBe('full')
  const behind = planWindow({ hasChanges: true, timing }, wish, { watermark: now, now })
  expect(behind.hi, 'never before the watermark').toEqual(now)
})
