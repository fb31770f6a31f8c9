import { isIP } from 'node:net'
import path from 'node:path'
import { err, ok, type Result } from '../shared/result.ts'
import { createConfigReader, type ConfigReader, type Environment } from './config-reader.ts'
import { readMessages, type MessagesConfig } from './config-messages.ts'
import { PAYMENTS_DEMO, readPayments, type PaymentsConfig } from './config-payments.ts'
import { readInvites, type InvitesConfig } from './config-invites.ts'
import { readSync, SYNC_DEMO, type SyncConfig } from './config-sync.ts'
import type { ConfigMistake } from './config-variables.ts'
import { Secret } from './secret.ts'

export type { Environment } from './config-reader.ts'
export { Secret } from './secret.ts'

/** The folder that holds package.json. */
export const PROJECT_DIR = path.join(import.meta.dirname, '..', '..')

/** What a process does: pages and API, background jobs, or both. */
export type Role = 'all' | 'web' | 'worker'

/** Where the database is. `directUrl` bypasses any pooler: migrations and LISTEN need it. */
export type DatabaseAddress = { url: Secret; directUrl: Secret }

/** Access to VIP-Reseller; `apiUrl` ends with `/api`, without a trailing slash. */
export type VipResellerConfig = { apiUrl: string; apiId: Secret; apiKey: Secret }

/** Everything the environment says, checked and frozen. `database` is null when the embedded server is meant. */
export type ProjectConfig = SyncConfig &
  PaymentsConfig & {
    environment: 'demo' | 'production'
    role: Role
    database: DatabaseAddress | null
    /** Absolute folder of the embedded database and, in the demo, of the keys. */
    dataDir: string
    port: number
    /** True when PORT was given: then no other port may be taken instead. */
    portFixed: boolean
    host: string
    /** Public origin without a trailing slash. */
    appUrl: string
    appUrlFixed: boolean
    keysFile: string
    /** True when LAPAK_KEYS was given: then the file is the operator's, and never made by us. */
    keysFileFixed: boolean
    cronSecretKey: Secret
    adminApiToken: Secret
    shop: { name: string; supportEmail: string; supportWhatsApp: string }
    vipReseller: VipResellerConfig | null
    invites: InvitesConfig
    messages: MessagesConfig
    sandboxPort: number
    sandboxPortFixed: boolean
    logLevel: string
    /** False only for measurements. */
    rateLimits: boolean
    /** Addresses or CIDR ranges of proxies whose `X-Forwarded-For` is believed. */
    trustedProxies: readonly string[]
    failpoint: string | undefined
  }

/** A configuration whose database is known: what the composition root receives. */
export type Config = Omit<ProjectConfig, 'database'> & { database: DatabaseAddress }

/** Demo values that everybody knows; a production start refuses them. */
export const DEMO = {
  cronSecretKey: 'demo-cron-secret-lapak',
  adminApiToken: 'demo-admin-token-lapak',
  vipApiId: 'DEMOID01',
  vipApiKey: 'demoKey_0123456789abcdefABCDEF',
  supportEmail: 'bantuan@example.com',
  /** No such number can be assigned. */
  supportWhatsApp: '6280000000000',
  ...PAYMENTS_DEMO,
  ...SYNC_DEMO,
} as const

const DEFAULT_PORT = 3000
const DEFAULT_SANDBOX_PORT = 4000
const ROLES = ['all', 'web', 'worker'] as const
const ENVIRONMENTS = ['demo', 'production'] as const
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const
const VIP_RESELLER_URL = 'https://vip-reseller.co.id/api'

/**
 * The environment of this process, after loading `.env` of the project when there is one (variables that are
 * set already win). The only place of the product code that reads it.
 */
export function readEnv(projectDir: string = PROJECT_DIR): Environment {
  try {
    process.loadEnvFile(path.join(projectDir, '.env'))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  return { ...process.env }
}

/** Checks every variable and reports all mistakes together. Reads nothing but `env`. */
export function parseConfig(
  env: Environment,
  projectDir: string = PROJECT_DIR,
): Result<ProjectConfig, ConfigMistake[]> {
  const read = createConfigReader(env)
  const environment = read.choice('LAPAK_ENV', ENVIRONMENTS, 'production')
  const production = environment === 'production'
  const dataDir = path.resolve(projectDir, read.text('LAPAK_DATA') ?? '.lapak')
  const port = read.port('PORT')
  const sandboxPort = read.port('SANDBOX_PORT')
  const appUrl = readAppUrl(read, production, port ?? DEFAULT_PORT)
  const config: ProjectConfig = {
    environment,
    role: read.choice('LAPAK_ROLE', ROLES, 'all'),
    database: readDatabase(read),
    dataDir,
    port: port ?? DEFAULT_PORT,
    portFixed: port !== undefined,
    host: read.text('LAPAK_HOST') ?? (production ? '0.0.0.0' : '127.0.0.1'),
    appUrl,
    appUrlFixed: read.text('APP_URL') !== undefined,
    keysFile: readKeysFile(read, production, dataDir, projectDir),
    keysFileFixed: read.text('LAPAK_KEYS') !== undefined,
    cronSecretKey: readToken(read, 'CRON_SECRET_KEY', production, DEMO.cronSecretKey),
    adminApiToken: readToken(read, 'ADMIN_API_TOKEN', production, DEMO.adminApiToken),
    shop: readShop(read, production),
    ...readPayments(read, { production, refuseLocal: (variable, url) => refuseLocal(read, variable, url) }),
    vipReseller: readVipReseller(read, production),
    invites: readInvites(read, {
      production,
      refuseLocal: (variable, url) => refuseLocal(read, variable, url),
    }),
    messages: readMessages(read, { production, isLocal }),
    ...readSync(read, {
      production,
      dataDir,
      refuseLocal: (variable, url) => refuseLocal(read, variable, url),
    }),
    sandboxPort: sandboxPort ?? DEFAULT_SANDBOX_PORT,
    sandboxPortFixed: sandboxPort !== undefined,
    logLevel: read.choice('LOG_LEVEL', LOG_LEVELS, 'info'),
    rateLimits: readRateLimits(read, production),
    trustedProxies: readTrustedProxies(read),
    failpoint: readFailpoint(read, production),
  }
  return read.mistakes.length > 0 ? err(read.mistakes) : ok(deepFreeze(config))
}

/** The mistake in LAPAK_ENV itself, for a start that does not go by its value. */
export function checkEnvironmentName(env: Environment): ConfigMistake[] {
  const read = createConfigReader(env)
  read.choice('LAPAK_ENV', ENVIRONMENTS, 'production')
  return read.mistakes
}

/** The same configuration with a database address and, where given, the port that was really taken. */
export function withDatabase(
  config: ProjectConfig,
  database: DatabaseAddress,
  port: number = config.port,
): Config {
  const appUrl = config.appUrlFixed ? config.appUrl : `http://localhost:${port}`
  return deepFreeze({ ...config, database, port, appUrl })
}

function readDatabase(read: ConfigReader): DatabaseAddress | null {
  const url = read.databaseUrl('DATABASE_URL') ?? read.databaseUrl('POSTGRES_PRISMA_URL')
  const direct = read.databaseUrl('DATABASE_DIRECT_URL')
  if (url === undefined) {
    if (direct !== undefined) {
      read.mistake(
        'DATABASE_URL',
        'harus diisi bila DATABASE_DIRECT_URL diisi',
        'must be set when DATABASE_DIRECT_URL is',
      )
    }
    return null
  }
  return { url: new Secret(url), directUrl: new Secret(direct ?? url) }
}

function readAppUrl(read: ConfigReader, production: boolean, port: number): string {
  const given = read.url('APP_URL')
  if (given === undefined) {
    if (production && read.text('APP_URL') === undefined) {
      read.mistake('APP_URL', 'wajib diisi di production', 'is required in production')
    }
    return `http://localhost:${port}`
  }
  if (new URL(given).pathname !== '/') {
    read.mistake('APP_URL', 'tidak boleh berisi path', 'must not contain a path')
  }
  if (production && given.startsWith('http:') && !isLocal(given)) {
    read.mistake('APP_URL', 'harus memakai https di production', 'must use https in production')
  }
  return given
}

function readKeysFile(read: ConfigReader, production: boolean, dataDir: string, projectDir: string): string {
  const given = read.text('LAPAK_KEYS')
  if (given === undefined && production) {
    read.mistake(
      'LAPAK_KEYS',
      'wajib diisi di production; buat dengan: npx lapak keys create <berkas>',
      'is required in production; create one with: npx lapak keys create <file>',
    )
  }
  return given === undefined ? path.join(dataDir, 'keys.json') : path.resolve(projectDir, given)
}

function readToken(
  read: ConfigReader,
  name: 'CRON_SECRET_KEY' | 'ADMIN_API_TOKEN',
  production: boolean,
  demo: string,
): Secret {
  return new Secret((production ? read.requiredSecret(name, demo) : read.text(name)) ?? demo)
}

function readShop(read: ConfigReader, production: boolean): ProjectConfig['shop'] {
  const email = readContact(read, 'LAPAK_SUPPORT_EMAIL', production ? DEMO.supportEmail : undefined)
  if (email !== undefined && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
    read.mistake('LAPAK_SUPPORT_EMAIL', 'harus alamat surel', 'must be an e-mail address')
  }
  const whatsApp = readContact(read, 'LAPAK_SUPPORT_WHATSAPP', production ? DEMO.supportWhatsApp : undefined)
  if (whatsApp !== undefined && !/^62\d{8,13}$/.test(whatsApp)) {
    read.mistake('LAPAK_SUPPORT_WHATSAPP', 'harus angka yang diawali 62', 'must be digits that start with 62')
  }
  return {
    name: read.text('LAPAK_SHOP_NAME') ?? 'Lapak',
    supportEmail: email ?? DEMO.supportEmail,
    supportWhatsApp: whatsApp ?? DEMO.supportWhatsApp,
  }
}

/** Buyers of a real shop must reach its own people: with `refused`, the value is required and must be another one. */
function readContact(
  read: ConfigReader,
  name: 'LAPAK_SUPPORT_EMAIL' | 'LAPAK_SUPPORT_WHATSAPP',
  refused: string | undefined,
): string | undefined {
  const given = read.text(name)
  if (refused === undefined) return given
  if (given === undefined) read.mistake(name, 'wajib diisi di production', 'is required in production')
  else if (given === refused) read.mistake(name, 'masih nilai contoh', 'is still the example value')
  return given
}

function readVipReseller(read: ConfigReader, production: boolean): VipResellerConfig | null {
  const keys = read.together(['VIP_RESELLER_API_ID', 'VIP_RESELLER_API_KEY'])
  const apiUrl = read.url('VIP_RESELLER_API_URL') ?? VIP_RESELLER_URL
  if (keys === undefined) return null
  const [apiId, apiKey] = keys
  if (production) {
    if (apiId === DEMO.vipApiId) {
      read.mistake('VIP_RESELLER_API_ID', 'masih nilai demo', 'is still the demo value')
    }
    if (apiKey === DEMO.vipApiKey) {
      read.mistake('VIP_RESELLER_API_KEY', 'masih nilai demo', 'is still the demo value')
    }
    refuseLocal(read, 'VIP_RESELLER_API_URL', apiUrl)
  }
  return { apiUrl, apiId: new Secret(apiId), apiKey: new Secret(apiKey) }
}

function readRateLimits(read: ConfigReader, production: boolean): boolean {
  const given = read.choice('LAPAK_RATE_LIMITS', ['on', 'off'], 'on')
  if (given === 'off' && production) {
    read.mistake('LAPAK_RATE_LIMITS', 'tidak boleh off di production', 'must not be off in production')
  }
  return given === 'on'
}

function readFailpoint(read: ConfigReader, production: boolean): string | undefined {
  const given = read.text('LAPAK_FAILPOINT')
  if (given !== undefined && production) {
    read.mistake(
      'LAPAK_FAILPOINT',
      'dilarang di production: mematikan proses',
      'is forbidden in production: it kills the process',
    )
  }
  if (given !== undefined && !/^[a-z0-9_.-]+(#[1-9]\d*)?$/.test(given)) {
    read.mistake('LAPAK_FAILPOINT', 'bukan nama titik', 'is not the name of a failpoint')
  }
  return given
}

function refuseLocal(read: ConfigReader, name: Parameters<ConfigReader['mistake']>[0], url: string): void {
  if (isLocal(url) || url.includes('.sandbox.')) {
    read.mistake(name, 'menunjuk ke simulator', 'points to a sandbox')
  }
}

function isLocal(url: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname)
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null && !(part instanceof Secret)) deepFreeze(part as object)
  }
  return Object.freeze(value)
}

function readTrustedProxies(read: ConfigReader): string[] {
  const ranges = (read.text('TRUSTED_PROXIES') ?? '')
    .split(',')
    .map((range) => range.trim())
    .filter((range) => range !== '')
  for (const range of ranges) {
    const [address = '', prefix = '0'] = range.split('/')
    if (isIP(address) !== 0 && /^\d{1,3}$/.test(prefix)) continue
    read.mistake(
      'TRUSTED_PROXIES',
      `bukan alamat atau rentang CIDR: ${range}`,
      `is not an address or CIDR range: ${range}`,
    )
  }
  return ranges
}
