import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ConfigError, describeMistakes, type ConfigMistake } from '#platform/config-variables.ts'
import {
  DEMO,
  PROJECT_DIR,
  checkEnvironmentName,
  parseConfig,
  type Environment,
  type ProjectConfig,
} from '#platform/config.ts'

/** Variables of the last demo start, so that other commands find its sandboxes. */
const DEMO_FILE = 'demo.json'

/** What `npm start` assumes where nothing is set: keys that only the sandboxes accept, and a quiet log. */
const DEMO_DEFAULTS: Environment = {
  LAPAK_ENV: 'demo',
  LOG_LEVEL: 'warn',
  MIDTRANS_SERVER_KEY: DEMO.midtransServerKey,
  MIDTRANS_CLIENT_KEY: DEMO.midtransClientKey,
  TOKOPAY_MERCHANT_ID: DEMO.tokopayMerchantId,
  TOKOPAY_SECRET: DEMO.tokopaySecret,
  VIP_RESELLER_API_ID: DEMO.vipApiId,
  VIP_RESELLER_API_KEY: DEMO.vipApiKey,
}

/** Who sets one of these means all: the demo's others would hide that they are missing. */
const PAIRS = [
  ['MIDTRANS_SERVER_KEY', 'MIDTRANS_CLIENT_KEY'],
  ['TOKOPAY_MERCHANT_ID', 'TOKOPAY_SECRET'],
  ['VIP_RESELLER_API_ID', 'VIP_RESELLER_API_KEY'],
  ['FEED_API_URL', 'FEED_API_TOKEN'],
  ['SMTP_URL', 'MAIL_FROM'],
  ['WHATSAPP_API_URL', 'WHATSAPP_TOKEN'],
  ['TELEGRAM_API_URL', 'TELEGRAM_BOT_TOKEN', 'TELEGRAM_CHAT_ID'],
  ['DIGIFLAZZ_API_URL', 'DIGIFLAZZ_USERNAME', 'DIGIFLAZZ_API_KEY'],
] as const

/**
 * The environment of a demo: what is set wins over the demo's defaults. Throws when the environment says that
 * this is a real shop: demo data must never get into its database.
 */
export function demoEnvironment(env: Environment, found: Environment = {}): Environment {
  if (env['LAPAK_ENV']?.trim() === 'production') {
    throw new ConfigError(
      '✗ LAPAK_ENV=production: npm start menjalankan demo; pakai npx lapak serve untuk toko sungguhan.\n' +
        '  npm start runs the demo; use npx lapak serve for a real shop.',
    )
  }
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()))
  const defaults: Record<string, string | undefined> = { ...DEMO_DEFAULTS, ...found }
  for (const pair of PAIRS) {
    if (pair.some((name) => name in set)) for (const name of pair) delete defaults[name]
  }
  return { ...defaults, ...set, LAPAK_ENV: 'demo' }
}

/** Checks the environment; throws `ConfigError` with all mistakes. */
export function checkedConfig(env: Environment): ProjectConfig {
  const parsed = parseConfig(env)
  if (!parsed.ok) throw new ConfigError(describeMistakes(parsed.error))
  return parsed.value
}

/**
 * Checks the environment of a shop that is about to start, as `given` and with what the demo adds. Throws
 * `ConfigError` with all mistakes, a key file that is not there included.
 */
export function startableConfig(env: Environment, given: Environment): ProjectConfig {
  const parsed = parseConfig(env)
  const mistakes = [
    ...(env['LAPAK_ENV'] === given['LAPAK_ENV'] ? [] : checkEnvironmentName(given)),
    ...(parsed.ok ? [] : parsed.error),
    ...missingKeys(given),
  ]
  if (mistakes.length > 0 || !parsed.ok) throw new ConfigError(describeMistakes(mistakes))
  return parsed.value
}

function missingKeys(given: Environment): ConfigMistake[] {
  const file = given['LAPAK_KEYS']?.trim()
  if (!file || existsSync(path.resolve(PROJECT_DIR, file))) return []
  return [
    {
      variable: 'LAPAK_KEYS',
      problem: `menunjuk ke berkas yang tidak ada: ${file}; pasang dari cadangan, atau untuk toko baru: npx lapak keys create ${file}`,
      problemEn: `names a file that is not there: ${file}; put it back from your backup, or for a new shop: npx lapak keys create ${file}`,
    },
  ]
}

/** The environment for commands beside `serve`: a folder in which the demo was started is a demo. */
export function projectEnvironment(env: Environment): Environment {
  if (env['LAPAK_ENV']?.trim()) return env
  const saved = readDemo(dataDirOf(env))
  return saved === undefined ? env : demoEnvironment(env, saved)
}

/** Remembers where the demo's sandboxes and pages are. */
export function saveDemo(dataDir: string, found: Environment): void {
  const file = path.join(dataDir, DEMO_FILE)
  mkdirSync(dataDir, { recursive: true })
  writeFileSync(`${file}.new`, `${JSON.stringify(found, null, 2)}\n`)
  renameSync(`${file}.new`, file)
}

/** Where the demo of this data folder answered when it was last started, or undefined. */
export function savedOrigin(dataDir: string): string | undefined {
  return readDemo(dataDir)?.['APP_URL']
}

function readDemo(dataDir: string): Environment | undefined {
  try {
    return JSON.parse(readFileSync(path.join(dataDir, DEMO_FILE), 'utf8')) as Environment
  } catch {
    return undefined
  }
}

function dataDirOf(env: Environment): string {
  return path.resolve(PROJECT_DIR, env['LAPAK_DATA']?.trim() || '.lapak')
}
