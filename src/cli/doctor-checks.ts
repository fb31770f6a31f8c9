import { access, constants, mkdir, stat, statfs } from 'node:fs/promises'
import type { Config, ProjectConfig } from '#platform/config.ts'
import { probeDatabase } from '#platform/database-probe.ts'
import { ConfigError } from '#platform/config-variables.ts'
import { openDatabase } from '#platform/database.ts'
import { checkKeysBelong } from '#platform/key-check.ts'
import { readKeyRing } from '#platform/key-ring.ts'
import { compareMigrations } from '#platform/migrate.ts'
import { isPortFree } from './free-port.ts'
import { probe } from './probe.ts'

/**
 * One line of the doctor; `hint` says what to do when it is not ok. `waiting` is nothing broken: a person is to look.
 * `misconfigured` marks what keeps the shop from starting.
 */
export type Finding = {
  ok: boolean
  what: string
  detail: string
  hint?: string
  waiting?: boolean
  misconfigured?: boolean
}

const OLDEST_POSTGRES = 15
/** Below this the database's log files alone may fill the disk. */
const DISK_MIN_BYTES = 1024 * 1024 * 1024
const GIGABYTE = 1e9
/** Signatures and expiries are compared over clocks; providers accept a few seconds of difference. */
const CLOCK_TOLERANCE_MS = 5_000

/** The data folder and the room on its disk. */
export async function checkFolders(config: ProjectConfig): Promise<Finding[]> {
  try {
    await mkdir(config.dataDir, { recursive: true })
    await access(config.dataDir, constants.W_OK)
    const disk = await statfs(config.dataDir)
    const free = disk.bavail * disk.bsize
    return [
      { ok: true, what: 'folder data', detail: config.dataDir },
      {
        ok: free >= DISK_MIN_BYTES,
        what: 'disk',
        detail: `${(free / GIGABYTE).toFixed(1)} GB bebas / free`,
        hint: 'kosongkan disk / free some space',
      },
    ]
  } catch (error) {
    return [
      {
        ok: false,
        what: 'folder data',
        detail: textOf(error),
        hint: 'periksa hak akses LAPAK_DATA / check its permissions',
      },
    ]
  }
}

/** The key file: readable, complete, and closed to others. */
export async function checkKeys(config: ProjectConfig): Promise<Finding> {
  const what = 'berkas kunci / keys'
  try {
    const ring = await readKeyRing(config.keysFile)
    const open = ((await stat(config.keysFile)).mode & 0o077) !== 0
    const detail = `${config.keysFile}: ${ring.sealing.size} kunci/keys, "${ring.current}"`
    return { ok: !open, what, detail, hint: `chmod 600 ${config.keysFile}` }
  } catch (error) {
    return {
      ok: false,
      what,
      detail: textOf(error),
      hint: 'npm start membuatnya untuk demo yang baru / makes one for a new demo',
    }
  }
}

/** Whether the key file is the one that sealed what the database holds. Needs a migrated database. */
export async function checkKeysFit(config: Config): Promise<Finding> {
  const what = 'kunci & database / keys'
  const db = openDatabase({ url: config.database.directUrl.reveal(), connections: 1 })
  try {
    await checkKeysBelong(db, await readKeyRing(config.keysFile))
    return { ok: true, what, detail: 'cocok / belong together' }
  } catch (error) {
    return { ok: false, what, detail: textOf(error), misconfigured: error instanceof ConfigError }
  } finally {
    await db.close()
  }
}

/** The shop's port: free, or answered by a Lapak. */
export async function checkPorts(config: ProjectConfig): Promise<Finding[]> {
  const what = 'port'
  const port =
    config.environment === 'demo' && URL.parse(config.appUrl)?.hostname === 'localhost'
      ? Number(new URL(config.appUrl).port)
      : config.port
  if (await isPortFree(port))
    return [{ ok: true, what, detail: `${port} bebas / free: toko tidak berjalan / the shop is not running` }]
  const answer = await probe(`http://127.0.0.1:${port}/healthz`)
  if (answer.kind === 'answered')
    return [{ ok: true, what, detail: `${port}: toko berjalan / the shop is running` }]
  return [
    {
      ok: config.environment === 'demo' && !config.portFixed,
      what,
      detail: `${port} dipakai program lain / used by another program`,
      hint: 'isi PORT / set PORT',
    },
  ]
}

function describeSchema({ pending, edited }: { pending: string[]; edited: string[] }): Finding {
  const what = 'skema / schema'
  if (edited.length > 0)
    return {
      ok: false,
      what,
      detail: `${edited.join(', ')}: berbeda dari yang dijalankan / not what was applied`,
      hint: 'pakai berkas versi yang dipasang / use the files of the version that was installed: git checkout db/migrations',
    }
  const detail = pending.length === 0 ? 'mutakhir / up to date' : pending.join(', ')
  return { ok: pending.length === 0, what, detail, hint: 'npx lapak migrate' }
}

/** Version, durability, schema, roles, clock and queue. */
export async function checkDatabase(config: Config): Promise<Finding[]> {
  try {
    const url = config.database.directUrl.reveal()
    const [found, schema] = [await probeDatabase(url), await compareMigrations(url)]
    const skew = Math.round(found.clockSkewMs)
    return [
      {
        ok: found.major >= OLDEST_POSTGRES,
        what: 'database',
        detail: `PostgreSQL ${found.version}, ${found.latencyMs.toFixed(1)} ms`,
        hint: `butuh versi ${OLDEST_POSTGRES} ke atas / version ${OLDEST_POSTGRES} or newer is needed`,
      },
      {
        ok: found.fsync,
        what: 'fsync',
        detail: found.fsync ? 'on' : 'off',
        hint: 'tanpa fsync uang bisa hilang / without it paid orders can be lost: set fsync = on',
      },
      describeSchema(schema),
      {
        ok: found.missingRoles.length === 0,
        what: 'peran / roles',
        detail: found.missingRoles.join(', ') || 'lengkap / complete',
        hint: 'npx lapak migrate',
      },
      {
        ok: Math.abs(skew) < CLOCK_TOLERANCE_MS,
        what: 'jam / clock',
        detail: `${skew} ms dari database / off the database`,
        hint: 'nyalakan NTP / switch NTP on',
      },
      queueFinding(found.queue),
    ]
  } catch (error) {
    return [
      {
        ok: false,
        what: 'database',
        detail: textOf(error),
        hint: 'periksa DATABASE_URL dan jaringan / check DATABASE_URL and the network',
      },
    ]
  }
}

function queueFinding(queue: { waiting: number; failed: number } | undefined): Finding {
  const what = 'antrean / queue'
  if (queue === undefined)
    return { ok: false, what, detail: 'belum ada / missing', hint: 'npx lapak migrate' }
  return {
    ok: true,
    what,
    detail: `${queue.waiting} menunggu/waiting, ${queue.failed} gagal/failed`,
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
