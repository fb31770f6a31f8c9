import { existsSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { listFiles, ROOT } from './source-tree.ts'

const documents = listFiles().filter((file) => file.path.endsWith('.md'))
const decisions = documents.filter((file) => file.path.startsWith('docs/decisions/'))

test('links between documents lead somewhere', () => {
  const broken = documents.flatMap((file) =>
    [...file.text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)]
      .filter((match) => !existsSync(path.join(ROOT, path.dirname(file.path), match[1] ?? '')))
      .map((match) => `${file.path}: ${match[1]}`),
  )
  expect(broken).toEqual([])
})

test('every decision says what was decided, what it costs and what enforces it', () => {
  const sections = [
    '**Status:**',
    '## Context',
    '## Decision',
    '## Consequences',
    'The cost:',
    '## Alternatives',
    '## Enforced by',
  ]
  const missing = decisions.flatMap((file) =>
    sections.filter((section) => !file.text.includes(section)).map((section) => `${file.path}: ${section}`),
  )
  expect(decisions.length).toBeGreaterThan(0)
  expect(missing).toEqual([])
})

test('decisions are numbered without gaps', () => {
  const numbers = decisions.map((file) => Number(path.basename(file.path).slice(0, 4)))
  expect(numbers).toEqual(numbers.map((_, index) => index + 1))
})

test('commands that documents name exist', () => {
  const manifest: { scripts?: Record<string, string> } = JSON.parse(
    listFiles('.').find((file) => file.path === 'package.json')?.text ?? '{}',
  )
  const named = documents.flatMap((file) =>
    [...file.text.matchAll(/`npm run ([\w:-]+)/g)].map((match) => match[1] ?? ''),
  )
  expect([...new Set(named)].filter((name) => !(name in (manifest.scripts ?? {})))).toEqual([])
})

test('files that ARCHITECTURE.md and STYLE.md name exist', () => {
  const named = documents
    .filter((file) => ['ARCHITECTURE.md', 'STYLE.md'].includes(file.path))
    .flatMap((file) =>
      [...file.text.matchAll(/`((?:src|web|db|test|docs|tools)\/[\w./-]+\.(?:ts|tsx|sql|md|mjs))`/g)].map(
        (match) => match[1] ?? '',
      ),
    )
  expect(
    [...new Set(named)].filter((file) => !/NNNN|\*/.test(file) && !existsSync(path.join(ROOT, file))),
  ).toEqual([])
})
