import { expect, test } from 'vitest'
import { isTest, listFiles, listSources, type SourceFile } from './source-tree.ts'
import { lineOf, listNodes, type SyntaxNode } from './syntax-tree.ts'

const product = listSources('src').filter((file) => !isTest(file))
const pages = listSources('web').filter((file) => !isTest(file))

/** The lock file is generated; this file has to write down what it looks for. */
const NOT_SEARCHED = ['package-lock.json', 'test/architecture/code-rules.test.ts']

type Finding = { node: SyntaxNode; parents: readonly SyntaxNode[]; file: SourceFile }

function find(files: SourceFile[], matches: (finding: Finding) => boolean): string[] {
  return files.flatMap((file) => {
    const bytes = Buffer.from(file.text, 'utf8')
    return listNodes(file)
      .filter(({ node, parents }) => matches({ node, parents, file }))
      .map(({ node }) => `${file.path}:${lineOf(bytes, node.start)}`)
  })
}

function source({ node, file }: Finding): string {
  return Buffer.from(file.text, 'utf8').subarray(node.start, node.end).toString('utf8')
}

test('the environment is read in one place', () => {
  const readers = find(
    [...product, ...pages],
    (finding) => finding.node.type === 'MemberExpression' && /^process\s*\??\.\s*env$/.test(source(finding)),
  )
  expect(readers.filter((place) => !/^src\/platform\/(?:config|config-[a-z-]+)\.ts:/.test(place))).toEqual([])
})

test('the time of day is read in one place', () => {
  const readers = find(product, (finding) => {
    if (finding.node.type === 'NewExpression') return /^new\s+Date\s*(?:\(\s*\))?$/.test(source(finding))
    return finding.node.type === 'CallExpression' && /^Date\s*(?:\.\s*now\s*)?\(/.test(source(finding))
  })
  expect(readers.filter((place) => !place.startsWith('src/platform/clock.ts:'))).toEqual([])
})

test('only stores hold SQL', () => {
  const statement =
    /^\s*(?:select\s[\s\S]+\sfrom\s|select\s+\w+\(|insert\s+into\s|update\s+\w+[\s\S]*\sset\s|delete\s+from\s|merge\s+into\s|with\s+\w+\s+(?:\([^)]*\)\s+)?as\s+\()/i
  const files = product.filter(
    (file) => !file.path.endsWith('-store.ts') && !file.path.startsWith('src/platform/'),
  )
  const holders = find(
    [...files, ...pages],
    (finding) =>
      ['StringLiteral', 'TemplateElement'].includes(finding.node.type) &&
      statement.test(source(finding).replace(/^['"`]/, '')),
  )
  expect(holders, 'SQL belongs to the *-store.ts of the module that owns the table').toEqual([])
})

test('read models only read', () => {
  const writes = product
    .filter((file) => file.path.endsWith('-view-store.ts'))
    .filter((file) => /\b(?:insert\s+into|update\s+\w+\s+set|delete\s+from|merge\s+into)\b/i.test(file.text))
  expect(writes.map((file) => file.path)).toEqual([])
})

test('no setting or lock outlives a transaction', () => {
  const session =
    /\bpg_advisory_lock\b|\bpg_try_advisory_lock\b|\bset\s+session\b|^\s*set\s+(?!local\b|transaction\b)\w+\s*(?:=|to)\s/im
  const holders = find(product, (finding) => {
    if (!['StringLiteral', 'TemplateElement'].includes(finding.node.type)) return false
    return session.test(source(finding).replace(/^['"`]/, '')) && !/\bupdate\b/i.test(source(finding))
  })
  expect(holders, 'behind a transaction pooler the next client would inherit it').toEqual([])
})

test('every exported function says what it returns or does', () => {
  const silent = find(product, (finding) => {
    const { node, parents, file } = finding
    if (node.type !== 'FunctionDeclaration' || parents.at(-1)?.type !== 'ExportDeclaration') return false
    const before = Buffer.from(file.text, 'utf8')
      .subarray(0, parents.at(-1)?.start)
      .toString('utf8')
      .trimEnd()
    return !before.endsWith('*/') || !before.slice(before.lastIndexOf('/*')).startsWith('/**')
  })
  expect(silent).toEqual([])
})

test('functions are exported as declarations', () => {
  const arrows = find(
    product,
    ({ node, parents }) =>
      node.type === 'ArrowFunctionExpression' &&
      parents.at(-1)?.type === 'VariableDeclarator' &&
      parents.at(-3)?.type === 'ExportDeclaration',
  )
  expect(arrows).toEqual([])
})

test('no comment switches a check off', () => {
  expect(
    search(
      /oxlint-disable|eslint-disable|@ts-(?:ignore|nocheck|expect-error)|knip-ignore/,
      /\.[cm]?[jt]sx?$/,
    ),
  ).toEqual([])
})

test('nothing is left for later in a comment', () => {
  expect(search(/\b(?:TODO|FIXME|XXX|HACK)\b/)).toEqual([])
})

test('no path of a machine stands in the repository', () => {
  expect(search(/(?<![\w.$}{)~-])\/(?:root|work|home|tmp)\/[\w.]/)).toEqual([])
})

test('the lock file names the public registry only', () => {
  const lock = listFiles().find((file) => file.path === 'package-lock.json')?.text ?? ''
  const hosts = new Set([...lock.matchAll(/"resolved": "https?:\/\/([^/"]+)/g)].map((match) => match[1]))
  expect([...hosts].filter((host) => host !== 'registry.npmjs.org')).toEqual([])
})

function search(pattern: RegExp, paths = /./): string[] {
  return listFiles()
    .filter((file) => paths.test(file.path) && !NOT_SEARCHED.includes(file.path))
    .flatMap((file) =>
      file.text
        .split('\n')
        .flatMap((line, index) => (pattern.test(line) ? [`${file.path}:${index + 1}`] : [])),
    )
}
