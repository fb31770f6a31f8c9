// npm run bench [-- scenario …]: set-up, then the scenarios of bench/ under the bundled Node.
import path from 'node:path'
import process from 'node:process'
import { ROOT, bundledNode, ensureDependencies, ensurePages, run } from './project.mjs'

await ensureDependencies()
await ensurePages()
process.exit(await run(bundledNode(), [path.join(ROOT, 'tools', 'run-bench.ts'), ...process.argv.slice(2)]))
