import { startSandboxes } from '../../sandboxes/main.ts'
import { serveParent } from '../support/child.ts'

const sandboxes = await startSandboxes({ port: 0, only: ['feed'], seed: 'bench' })

serveParent(sandboxes.urls['feed'], {}, () => sandboxes.stop())
