import { readFile, rm, writeFile } from 'node:fs/promises'
import { identifyProcess, isRunning, type ProcessIdentity } from './process-identity.ts'

/** Thrown when another process of this project already runs the embedded server. */
export class EmbeddedPostgresInUse extends Error {
  readonly pid: number

  constructor(pid: number) {
    super(
      `Lapak sudah berjalan di folder ini (proses ${pid}); hentikan dulu dengan Ctrl-C. ` +
        `Lapak already runs in this folder (process ${pid}); stop it first with Ctrl-C.`,
    )
    this.name = 'EmbeddedPostgresInUse'
    this.pid = pid
  }
}

const ownerFile = (dataDir: string): string => `${dataDir}.owner.json`

/** The process that supervises the server of this data folder, or undefined when none lives. */
export async function findOwner(dataDir: string): Promise<ProcessIdentity | undefined> {
  try {
    const owner = JSON.parse(await readFile(ownerFile(dataDir), 'utf8')) as ProcessIdentity
    return (await isRunning(owner)) ? owner : undefined
  } catch {
    return undefined
  }
}

/** Makes this process the owner; throws `EmbeddedPostgresInUse` while another one lives. Returns the release. */
export async function claimOwnership(dataDir: string): Promise<() => Promise<void>> {
  const self = await identifyProcess(process.pid)
  const content = `${JSON.stringify(self)}\n`
  for (;;) {
    try {
      await writeFile(ownerFile(dataDir), content, { flag: 'wx' })
      return () => rm(ownerFile(dataDir), { force: true })
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
    const owner = await findOwner(dataDir)
    if (owner !== undefined) throw new EmbeddedPostgresInUse(owner.pid)
    await rm(ownerFile(dataDir), { force: true })
  }
}
