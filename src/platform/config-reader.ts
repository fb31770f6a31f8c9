import { VARIABLES, type ConfigMistake, type Variable } from './config-variables.ts'

/** Environment variables as a process receives them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Reads typed values and collects what is wrong instead of stopping at the first mistake. */
export type ConfigReader = {
  readonly mistakes: ConfigMistake[]
  mistake(variable: Variable, problem: string, problemEn: string): void
  /** The trimmed text; undefined when unset or blank. */
  text(variable: Variable): string | undefined
  choice<const T extends string>(variable: Variable, allowed: readonly T[], fallback: T): T
  flag(variable: Variable): boolean
  /** A TCP port; undefined when unset or wrong. */
  port(variable: Variable): number | undefined
  /** A URL without a trailing slash; undefined when unset or wrong. */
  url(variable: Variable, protocols?: readonly string[]): string | undefined
  databaseUrl(variable: Variable): string | undefined
  /** A random secret that is long enough and not the demo's; undefined after a mistake. */
  requiredSecret(variable: Variable, demo: string): string | undefined
  /** Both values, or undefined when both are unset; one alone is a mistake. */
  together(pair: readonly [Variable, Variable]): [string, string] | undefined
}

/** Shorter secrets can be guessed by a machine that tries for months. */
const SECRET_MIN_LENGTH = 24
const MAX_PORT = 65_535
const TRUE = new Set(['true', '1', 'yes'])
const FALSE = new Set(['false', '0', 'no'])

/** A reader over `env` that keeps all mistakes. */
export function createConfigReader(env: Environment): ConfigReader {
  const mistakes: ConfigMistake[] = []
  const mistake: ConfigReader['mistake'] = (variable, problem, problemEn) => {
    mistakes.push({ variable, problem, problemEn })
  }
  const text = (variable: Variable): string | undefined => env[variable]?.trim() || undefined

  return {
    mistakes,
    mistake,
    text,
    choice(variable, allowed, fallback) {
      const given = text(variable)
      if (given === undefined) return fallback
      const match = allowed.find((value) => value === given)
      if (match !== undefined) return match
      const list = allowed.join(', ')
      mistake(
        variable,
        `harus salah satu dari ${list}, bukan "${given}"`,
        `must be one of ${list}, not "${given}"`,
      )
      return fallback
    },
    flag(variable) {
      const given = text(variable)?.toLowerCase()
      if (given === undefined || FALSE.has(given)) return false
      if (!TRUE.has(given))
        mistake(variable, `harus true atau false, bukan "${given}"`, `must be true or false, not "${given}"`)
      return true
    },
    port(variable) {
      const given = text(variable)
      if (given === undefined) return undefined
      const port = Number(given)
      if (/^\d+$/.test(given) && port >= 1 && port <= MAX_PORT) return port
      mistake(
        variable,
        `harus angka 1 sampai ${MAX_PORT}, bukan "${given}"`,
        `must be a number from 1 to ${MAX_PORT}, not "${given}"`,
      )
      return undefined
    },
    url(variable, protocols = ['http:', 'https:']) {
      const given = text(variable)
      if (given === undefined) return undefined
      if (protocols.includes(URL.parse(given)?.protocol ?? '')) return given.replace(/\/+$/, '')
      const list = protocols.map((protocol) => `${protocol}//`).join(', ')
      mistake(
        variable,
        `harus alamat lengkap yang diawali ${list}`,
        `must be a full address that starts with ${list}`,
      )
      return undefined
    },
    databaseUrl(variable) {
      const given = text(variable)
      if (given === undefined) return undefined
      const url = URL.parse(given)
      if (url !== null && ['postgres:', 'postgresql:'].includes(url.protocol) && url.pathname.length > 1)
        return given
      mistake(
        variable,
        'harus diawali postgres:// dan menyebut nama database',
        'must start with postgres:// and name a database',
      )
      return undefined
    },
    requiredSecret(variable, demo) {
      const given = text(variable)
      if (given === undefined) mistake(variable, 'wajib diisi di production', 'is required in production')
      else if (given === demo || given === VARIABLES[variable].example)
        mistake(variable, 'masih nilai contoh', 'is still the example value')
      else if (given.length < SECRET_MIN_LENGTH) {
        const least = SECRET_MIN_LENGTH
        mistake(
          variable,
          `terlalu pendek: paling sedikit ${least} huruf`,
          `is too short: at least ${least} characters`,
        )
      } else return given
      return undefined
    },
    together([first, second]) {
      const a = text(first)
      const b = text(second)
      if (a !== undefined && b !== undefined) return [a, b]
      if (a !== undefined)
        mistake(second, `wajib diisi bila ${first} diisi`, `is required when ${first} is set`)
      if (b !== undefined)
        mistake(first, `wajib diisi bila ${second} diisi`, `is required when ${second} is set`)
      return undefined
    },
  }
}
