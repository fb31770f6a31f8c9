#!/usr/bin/env node
// npx lapak: the operator's command line.
import process from 'node:process'
import { runProduct } from './product.mjs'
import { ensureDependencies, ensurePages } from './project.mjs'

await ensureDependencies()
if (process.argv[2] === 'serve') await ensurePages()
runProduct(process.argv.slice(2))
