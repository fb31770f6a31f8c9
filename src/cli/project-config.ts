import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describeMistakes } from '#platform/config-variables.ts'
import { DEMO, PROJECT_DIR, parseConfig, type Environment, type ProjectConfig } from '#platform/config.ts'

/** Thrown when the configuration is wrong; the message lists every mistake. */
export class ConfigError extends Error {}

/** Variables of the last demo start, so that other commands find its sandboxes. */
const DEMO_FILE = 'demo.json'

/** What `npm start` assumes where nothing is set: keys that only the sandboxes accept, and a quiet log. */
const DEMO_DEFAULTS: Environment = {
  LAPAK_ENV: 'demo',
  LOG_LEVEL: 'warn',
  MIDTRANS_SERVER_KEY: DEMO.midtransServerKey,
  MIDTRANS_CLIENT_KEY: DEMO.midtransClientKey,
  VIP_RESELLER_API_ID: DEMO.vipApiId,
  VIP_RESELLER_API_KEY: DEMO.vipApiKey,
}

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
  return { ...DEMO_DEFAULTS, ...found, ...set, LAPAK_ENV: 'demo' }
}

/** Checks the environment; throws `ConfigError` with all mistakes. */
export function checkedConfig(env: Environment): ProjectConfig {
  const parsed = parseConfig(env)
  if (!parsed.ok) throw new ConfigError(describeMistakes(parsed.error))
  return parsed.value
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
