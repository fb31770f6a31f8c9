import { VARIABLES } from '#platform/config-variables.ts'
import type { Environment } from '#platform/config.ts'
import { closestName, editDistance } from './closest-name.ts'

/** Names that begin like ours are meant for us. */
const OURS =
  /^(?:LAPAK|MIDTRANS|TOKOPAY|VIP|DIGIFLAZZ|FEED|BLOB|S3|SMTP|MAIL|WHATSAPP|TELEGRAM|SANDBOX|CRON_SECRET|ADMIN_API|TRUSTED_PROXY)_/
/** Between our own processes, and for tests and measurements; no operator sets these. */
const INTERNAL = /^(?:LAPAK_(?:PARENT|TEST|E2E|BENCH|WRITE)_|SANDBOX_(?:DATA|SEED|HOST)$)/
/** Shorter names of other programs differ from each other by one letter. */
const SHORTEST = 4

/** One warning for each variable that was probably meant for Lapak and is none that it reads. Shows no values. */
export function describeUnknownNames(env: Environment): string[] {
  const known = Object.keys(VARIABLES)
  return Object.keys(env)
    .filter((name) => !known.includes(name) && !INTERNAL.test(name))
    .filter((name) => OURS.test(name) || isSlip(name, known))
    .map((name) => {
      const meant = closestName(name, known)
      const hint = meant === undefined ? 'lihat / see .env.example' : `maksudnya / did you mean ${meant}?`
      return `! ${name} tidak dikenal dan diabaikan / is unknown and ignored; ${hint}`
    })
}

function isSlip(name: string, known: readonly string[]): boolean {
  return name.length >= SHORTEST && known.some((variable) => editDistance(name, variable) === 1)
}
