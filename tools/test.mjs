// npm test, npm run check: set-up, then every check under the bundled Node.
import path from 'node:path'
import process from 'node:process'
import { ROOT, bundledNode, ensureDependencies, ensurePages, run } from './project.mjs'

await ensureDependencies()
await ensurePages()
process.exit(await run(bundledNode(), [path.join(ROOT, 'tools', 'run-checks.ts'), ...process.argv.slice(2)]))
