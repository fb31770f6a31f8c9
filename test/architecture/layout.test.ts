import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { isTest, listFiles, listSources, readMayUse, ROOT } from './source-tree.ts'

const mayUse = await readMayUse()
const EDGES = ['providers', 'http', 'jobs', 'cli', 'platform', 'shared']
const TOP_FOLDERS = ['.ci', '.github', 'bench', 'db', 'docs', 'sandboxes', 'src', 'test', 'tools', 'web']
/** Names that say nothing about what is inside, so that everything ends up there. (`services` is a noun of the public API.) */
const BANNED = [
  'util',
  'utils',
  'helper',
  'helpers',
  'service',
  'manager',
  'managers',
  'types',
  'common',
  'misc',
  'lib',
  'core',
  'base',
]
/** `base.css` is the usual name of a style sheet's lowest layer. */
const BANNED_EXCEPTIONS = ['web/ui/base.css']

const folders = (where: string): string[] =>
  readdirSync(path.join(ROOT, where), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)

const existingModules = Object.keys(mayUse).filter((name) => listFiles(`src/${name}`).length > 0)

test('src holds the modules and the edges of ARCHITECTURE.md and nothing else', () => {
  const unknown = folders('src').filter((name) => ![...Object.keys(mayUse), ...EDGES].includes(name))
  expect(unknown, 'a new module needs a row in .dependency-cruiser.mjs and ARCHITECTURE.md').toEqual([])
})

test('no folder appears beside the known ones at the top', () => {
  const local = [
    'node_modules',
    '.git',
    'build',
    '.react-router',
    '.lapak',
    '.cache',
    'test-results',
    'coverage',
  ]
  expect(folders('.').filter((name) => ![...TOP_FOLDERS, ...local].includes(name))).toEqual([])
})

test('files and folders are named after what they hold', () => {
  const bad = listFiles()
    .map((file) => file.path)
    .filter((file) => !BANNED_EXCEPTIONS.includes(file))
    .filter((file) => file.split('/').some((part) => BANNED.includes(part.split('.')[0] ?? '')))
  expect(bad).toEqual([])
})

test('source files are kebab-case', () => {
  const names = /^\.?[a-z0-9]+(?:-[a-z0-9]+)*(?:\.(?:test|property|server|client|config|d|contract))*\.tsx?$/
  const bad = listSources('src', 'web', 'sandboxes', 'test', 'bench', 'tools').filter(
    (file) => !names.test(path.basename(file.path)),
  )
  expect(bad.map((file) => file.path)).toEqual([])
})

test('index.ts exists at the root of modules only', () => {
  const bad = listSources('src')
    .map((file) => file.path)
    .filter((file) => file.endsWith('/index.ts') && file.split('/').length !== 3)
  expect(bad).toEqual([])
})

test.each(existingModules)('module %s has its door, its README and an entry in the imports map', (name) => {
  expect(existsSync(path.join(ROOT, 'src', name, 'index.ts')), `src/${name}/index.ts`).toBe(true)
  expect(existsSync(path.join(ROOT, 'src', name, 'README.md')), `src/${name}/README.md`).toBe(true)
  const manifest = listFiles('.').find((file) => file.path === 'package.json')?.text ?? '{}'
  expect(JSON.parse(manifest).imports).toHaveProperty([`#${name}`], `./src/${name}/index.ts`)
})

test('every module has tests', () => {
  const untested = existingModules.filter(
    (name) => !listSources(`src/${name}`, `test/integration/${name}`).some(isTest),
  )
  expect(untested).toEqual([])
})

test('every sandbox lists what it does differently from the real provider', () => {
  const missing = folders('sandboxes').filter(
    (name) => !existsSync(path.join(ROOT, 'sandboxes', name, 'DIFFERENCES.md')),
  )
  expect(missing).toEqual([])
})

test('every page names a path that is in the map of routes', () => {
  const routes = listSources('web').find((file) => file.path === 'web/routes.ts')?.text ?? ''
  const orphans = listSources('web')
    .filter((file) => file.path.endsWith('-page.tsx') && !routes.includes(file.path.slice('web/'.length)))
    .map((file) => file.path)
  expect(orphans).toEqual([])
})
