import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cruise } from './cruise.ts'
import { listFiles, listSources, readMayUse, ROOT } from './source-tree.ts'

const mayUse = await readMayUse()
const FOLDERS = ['src', 'web', 'sandboxes', 'test', 'bench', 'tools'].filter(
  (folder) => listSources(folder).length > 0,
)

test('nobody imports what the table forbids', async () => {
  const { files, violations } = await cruise(ROOT, FOLDERS)
  expect(violations).toEqual([])
  const expected = listSources(...FOLDERS).map((file) => file.path)
  const unread = expected.filter((file) => !files.includes(file))
  expect(unread, 'a gate that reads nothing finds nothing').toEqual([])
})

test('ARCHITECTURE.md shows the same table', () => {
  const text = listFiles('.').find((file) => file.path === 'ARCHITECTURE.md')?.text ?? ''
  const rows = new Map(
    [...text.matchAll(/^\| `([a-z]+)` \| ([^|]+) \|$/gm)].map((match) => [match[1], match[2]?.trim()]),
  )
  const everything = Object.keys(mayUse).length - 1
  for (const [name, uses] of Object.entries(mayUse)) {
    const shown =
      uses.length === 0
        ? '–'
        : uses.length === everything
          ? 'any module, read only'
          : uses.map((used) => `\`${used}\``).join(', ')
    expect(rows.get(name), `row of ${name}`).toBe(shown)
  }
})

describe('the gate bites', () => {
  /** File → text, and the rules that must name it. `none` is for what must stay allowed. */
  const planted: { file: string; text: string; broken: string[] }[] = [
    { file: 'src/ledger/index.ts', text: 'export const post = 1', broken: [] },
    {
      file: 'src/catalog/index.ts',
      text: "export const find = 1\nexport type { View } from './thing-view.ts'",
      broken: [],
    },
    { file: 'src/catalog/thing-view.ts', text: 'export type View = 1\nexport const leak = 2', broken: [] },
    { file: 'src/catalog/ports.ts', text: 'export type Port = 1', broken: [] },
    { file: 'src/catalog/hidden.ts', text: 'export type Hidden = 1\nexport const hidden = 1', broken: [] },
    { file: 'src/orders/index.ts', text: 'export const place = 1', broken: [] },
    { file: 'src/shared/money.ts', text: 'export const money = 1', broken: [] },
    { file: 'src/platform/database.ts', text: "import pg from 'pg'\nexport const pool = pg", broken: [] },
    { file: 'src/providers/one/index-page.ts', text: 'export const one = 1', broken: [] },
    {
      file: 'src/app.ts',
      text: "import type { View } from './catalog/thing-view.ts'\nexport type App = View",
      broken: [],
    },
    { file: 'sandboxes/one.ts', text: 'export const sandbox = 1', broken: [] },
    {
      file: 'src/orders/allowed.ts',
      text: "import { find } from '#catalog'\nimport type { View } from '../catalog/thing-view.ts'\nexport const a: View = find",
      broken: [],
    },
    {
      file: 'src/providers/two/allowed.ts',
      text: "import type { Port } from '../../catalog/ports.ts'\nimport { money } from '#shared/money.ts'\nexport const a: Port = money",
      broken: [],
    },
    {
      file: 'web/allowed.ts',
      text: "import type { App } from '../src/app.ts'\nimport { money } from '../src/shared/money.ts'\nexport const a: App = money",
      broken: [],
    },
    {
      file: 'src/ledger/upwards.ts',
      text: "import { place } from '#orders'\nexport const a = place",
      broken: ['ledger-uses-only-its-list'],
    },
    {
      file: 'src/payments/sideways.ts',
      text: "import type { View } from '#catalog'\nexport type A = View",
      broken: ['payments-uses-only-its-list'],
    },
    {
      file: 'src/orders/side-door.ts',
      text: "import type { Hidden } from '../catalog/hidden.ts'\nexport type A = Hidden",
      broken: ['enter-a-module-by-its-index'],
    },
    {
      file: 'src/orders/view-code.ts',
      text: "import { leak } from '../catalog/thing-view.ts'\nexport const a = leak",
      broken: ['published-files-are-for-types'],
    },
    {
      file: 'test/integration/orders/side-door.test.ts',
      text: "import { hidden } from '../../../src/catalog/hidden.ts'\nexport const a = hidden",
      broken: ['tests-enter-by-the-index'],
    },
    {
      file: 'src/orders/to-provider.ts',
      text: "import { one } from '../providers/one/index-page.ts'\nexport const a = one",
      broken: ['domain-knows-no-edge', 'only-the-composition-root-knows-providers'],
    },
    {
      file: 'src/orders/driver.ts',
      text: "import pg from 'pg'\nexport const a = pg",
      broken: ['only-platform-holds-the-driver'],
    },
    {
      file: 'src/providers/two/nosy.ts',
      text: "import { find } from '#catalog'\nexport const a = find",
      broken: ['providers-see-ports-only'],
    },
    {
      file: 'src/providers/two/friend.ts',
      text: "import { one } from '../one/index-page.ts'\nexport const a = one",
      broken: ['providers-see-ports-only'],
    },
    {
      file: 'src/shared/impure.ts',
      text: "import { randomBytes } from 'node:crypto'\nexport const a = randomBytes",
      broken: ['shared-is-pure'],
    },
    {
      file: 'src/platform/knows.ts',
      text: "import { find } from '#catalog'\nexport const a = find",
      broken: ['platform-knows-no-domain'],
    },
    {
      file: 'web/reaches.tsx',
      text: "import { place } from '../src/orders/index.ts'\nexport const A = () => <p>{place}</p>",
      broken: ['web-imports-types-not-code', 'web-sees-types-and-shared-only'],
    },
    {
      file: 'web/runs-app.ts',
      text: "import { App } from '../src/app.ts'\nexport const a: App = 1",
      broken: ['web-imports-types-not-code'],
    },
    {
      file: 'sandboxes/copy.ts',
      text: "import type { Port } from '../src/catalog/ports.ts'\nexport type A = Port",
      broken: ['sandboxes-stand-alone'],
    },
    {
      file: 'src/http/fake.ts',
      text: "import { sandbox } from '../../sandboxes/one.ts'\nexport const a = sandbox",
      broken: ['production-imports-no-tooling'],
    },
    {
      file: 'src/orders/circle-a.ts',
      text: "import { b } from './circle-b.ts'\nexport const a = b",
      broken: ['no-cycles'],
    },
    {
      file: 'src/orders/circle-b.ts',
      text: "import { a } from './circle-a.ts'\nexport const b = a",
      broken: [],
    },
    {
      file: 'src/orders/nowhere.ts',
      text: "import { a } from './not-there.ts'\nexport const b = a",
      broken: ['resolvable'],
    },
  ]
  let tree = ''
  let violations: string[] = []

  beforeAll(async () => {
    tree = await mkdtemp(path.join(os.tmpdir(), 'lapak-gate-'))
    for (const file of ['.dependency-cruiser.mjs', 'package.json', 'tsconfig.json'])
      await cp(path.join(ROOT, file), path.join(tree, file))
    await symlink(path.join(ROOT, 'node_modules'), path.join(tree, 'node_modules'))
    for (const { file, text } of planted) {
      await mkdir(path.join(tree, path.dirname(file)), { recursive: true })
      await writeFile(path.join(tree, file), text)
    }
    violations = (await cruise(tree, ['src', 'web', 'sandboxes', 'test'])).violations
  })
  afterAll(() => rm(tree, { recursive: true, force: true }))

  test.each(planted.filter((plant) => plant.broken.length > 0))(
    '$file breaks $broken',
    ({ file, broken }) => {
      const found = violations
        .filter((violation) => violation.includes(`: ${file} -> `))
        .map((violation) => violation.split(':')[0])
      expect(new Set(found)).toEqual(new Set(broken))
    },
  )

  test('what is allowed stays allowed', () => {
    const clean = planted.filter((plant) => plant.broken.length === 0).map((plant) => plant.file)
    expect(
      violations.filter((violation) => clean.some((file) => violation.includes(`: ${file} -> `))),
    ).toEqual([])
  })
})
