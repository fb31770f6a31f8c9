// npm start: everything from a fresh clone to a running demo shop.
import process from 'node:process'
import { runProduct } from './product.mjs'
import { ensureDependencies, ensurePages } from './project.mjs'

await ensureDependencies()
await ensurePages()
runProduct(['serve', '--demo', ...process.argv.slice(2)])
