import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { armFailpoint } from '../../../src/platform/failpoint.ts'
import { openDatabase } from '../../../src/platform/database.ts'
import { workStream } from '../../../src/sync/work-stream.ts'
import { createPushTarget } from '../../support/push-provider.ts'
import { CONNECTION, createDeps, STREAM } from './push-fixture.ts'

export type PushProcessOptions = {
  databaseUrl: string
  providerUrl: string
  honoursKeys: boolean
  canFind: boolean
  failpoint: string
}

/** Works one turn in a process of its own, which dies at a failpoint. Returns the signal that ended it, or null. */
export async function runPushProcess(options: PushProcessOptions): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, [import.meta.filename, JSON.stringify(options)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  return signal
}

async function run(options: PushProcessOptions): Promise<void> {
  const db = openDatabase({ url: options.databaseUrl, connections: 4 })
  const deps = createDeps(db, createPushTarget(options.providerUrl, options), {}, [])
  armFailpoint(options.failpoint)
  await workStream(deps, CONNECTION, STREAM, new AbortController().signal)
  await db.close()
}

const [program, options] = process.argv.slice(1)
if (program === import.meta.filename && options !== undefined)
  await run(JSON.parse(options) as PushProcessOptions)
