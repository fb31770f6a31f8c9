/**
 * Who may import whom. ARCHITECTURE.md shows the same table, and a test compares the two.
 * Every module may also use `platform` and `shared`.
 */
export const mayUse = {
  identity: [],
  ledger: [],
  sync: [],
  catalog: ['sync'],
  customers: ['sync'],
  marketplace: ['sync'],
  pricing: ['catalog'],
  payments: ['ledger'],
  rewards: ['ledger'],
  fulfilment: ['catalog', 'ledger'],
  resellers: ['identity', 'ledger', 'pricing', 'sync'],
  orders: ['catalog', 'pricing', 'payments', 'fulfilment', 'rewards', 'ledger', 'resellers'],
  notifications: ['identity'],
  /** `reports` reads any module through its index. */
  reports: [
    'identity',
    'ledger',
    'sync',
    'catalog',
    'customers',
    'marketplace',
    'pricing',
    'payments',
    'rewards',
    'fulfilment',
    'resellers',
    'orders',
    'notifications',
  ],
}

const modules = Object.keys(mayUse)
const any = modules.join('|')

/** Files of a module that hold only its published types; others may `import type` them without entering. */
const VIEW = String.raw`/(?:[a-z-]+-view|ports)\.ts$`
const TEST = String.raw`\.test\.tsx?$`

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

export default {
  forbidden: [
    ...modules.map((name) =>
      rule(
        `${name}-uses-only-its-list`,
        'The table at the top of this file says what a module may use. News that travels upwards is an event.',
        { path: `^src/${name}/` },
        { path: `^src/(${any})/`, pathNot: `^src/(${[name, ...mayUse[name]].join('|')})/` },
      ),
    ),
    rule(
      'enter-a-module-by-its-index',
      'Import `#<module>`. What the index does not export is private.',
      { path: '^src/([^/]+)/', pathNot: ['^src/providers/', String.raw`^src/app\.ts$`] },
      { path: `^src/(${any})/`, pathNot: ['^src/$1/', String.raw`^src/[^/]+/index\.ts$`, VIEW] },
    ),
    rule(
      'tests-enter-by-the-index',
      'A test asks what the module promises. Only the integration tests of a module see its own files, for plans of statements.',
      { path: '^test/(?:integration/)?([^/]+)' },
      {
        path: `^src/(${any})/`,
        pathNot: ['^src/$1/', String.raw`^src/[^/]+/index\.ts$`, VIEW],
      },
    ),
    rule(
      'published-files-are-for-types',
      'Views and ports are entered from outside for their types; rules and constants come from the index.',
      { path: '^src/([^/]+)/', pathNot: '^src/providers/' },
      {
        path: `^src/(${any})/`,
        pathNot: ['^src/$1/', String.raw`^src/[^/]+/index\.ts$`],
        dependencyTypesNot: ['type-only'],
      },
    ),
    rule(
      'app-is-types-only',
      'src/app.ts describes what pages and routes may ask; it holds no code.',
      { path: String.raw`^src/app\.ts$` },
      { path: '.', dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'domain-knows-no-edge',
      'A domain module is used by the edges and talks to providers through its ports.',
      { path: `^src/(${any})/` },
      { path: String.raw`^src/(providers|http|jobs|cli)/|^src/(main|app)\.ts$|^web/` },
    ),
    rule(
      'providers-see-ports-only',
      'An adapter implements the ports of modules; it never sees their rules, their tables or another adapter.',
      { path: '^src/providers/([^/]+)/' },
      {
        path: '^src/',
        pathNot: ['^src/providers/$1/', VIEW, '^src/(platform|shared)/'],
      },
    ),
    rule(
      'only-the-composition-root-knows-providers',
      'main and the command line wire adapters to ports; everyone else gets them as arguments.',
      { path: '^src/', pathNot: ['^src/providers/', String.raw`^src/main\.ts$`, '^src/(main|cli)/', TEST] },
      { path: '^src/providers/' },
    ),
    rule(
      'shared-is-pure',
      'shared imports nothing, so that anything may import it.',
      { path: '^src/shared/', pathNot: TEST },
      { path: '.', pathNot: '^src/shared/' },
    ),
    rule(
      'platform-knows-no-domain',
      'platform has no business words.',
      { path: '^src/platform/', pathNot: TEST },
      { path: '^src/', pathNot: '^src/(platform|shared)/' },
    ),
    rule(
      'only-platform-holds-the-driver',
      'Use the Database handle: it sets role and actor of every transaction.',
      { path: '^(src|web)/', pathNot: ['^src/platform/', TEST] },
      { path: '(^|/)node_modules/(pg|pg-boss|@types/pg)/' },
    ),
    rule(
      'web-sees-types-and-shared-only',
      'Pages reach the domain through the App object in the load context; only its types are imported.',
      { path: '^web/' },
      { path: '^src/', pathNot: [String.raw`^src/app\.ts$`, VIEW, '^src/shared/'] },
    ),
    rule(
      'web-imports-types-not-code',
      'src/app.ts and view files are for `import type`.',
      { path: '^web/' },
      { path: '^src/', pathNot: '^src/shared/', dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'ui-knows-no-page',
      'The design system knows no domain and no page.',
      { path: '^web/ui/' },
      { path: '^(src|web)/', pathNot: ['^web/(ui|i18n)/', '^src/shared/'] },
    ),
    rule(
      'sandboxes-stand-alone',
      'A simulator that shares code with the adapter shares its mistakes.',
      { path: '^sandboxes/' },
      { path: '^(src|web|test|bench|tools)/' },
    ),
    rule(
      'production-imports-no-tooling',
      'What runs at a merchant does not contain tests, benchmarks, tools or simulators.',
      { path: '^(src|web)/', pathNot: TEST },
      { path: '^(sandboxes|test|bench|tools)/' },
    ),
    rule(
      'no-cycles',
      'Two files that need each other to run are one file, or need a third. A type may point back.',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    // Vite's `?worker&url` imports are its own language; its build fails when their file is missing.
    rule(
      'resolvable',
      'The imported file or package does not exist.',
      {},
      { couldNotResolve: true, pathNot: String.raw`\?` },
    ),
  ],
  options: {
    // TypeScript 7 has no compiler API: without swc nothing is cruised and success is reported.
    parser: 'swc',
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: String.raw`^(build|\.react-router)/` },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
