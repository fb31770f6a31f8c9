import { userInfo } from 'node:os'
import type { Environment } from '#platform/config.ts'
import type { App } from '../app.ts'
import { EXIT, UsageError, type ExitCode } from './command.ts'
import { withApp } from './open-project.ts'
import { both, wib, type Words } from './sync/words.ts'
import { processTerminal, type Terminal } from './terminal.ts'

type Incident = Awaited<ReturnType<App['incidents']['list']>>[number]

const STATE_WORDS: Record<Incident['state'], Words> = {
  OPEN: ['terbuka', 'open'],
  ACKNOWLEDGED: ['ditangani', 'taken care of'],
  RESOLVED: ['selesai', 'over'],
}

/** Shows troubles, and notes who takes care of one. */
export async function runIncidents(args: string[], env: Environment): Promise<ExitCode> {
  readWords(args)
  return await withApp(env, ({ app }) => callIncidents(app, args, processTerminal(env)))
}

/** The same on an open domain. */
export async function callIncidents(
  app: Pick<App, 'incidents'>,
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const id = readWords(words)
  if (id !== undefined) return await acknowledge(app, id, terminal)
  const incidents = await app.incidents.list()
  for (const incident of incidents) terminal.print(incidentLine(incident))
  if (incidents.length === 0) terminal.tell('Tidak ada masalah. No troubles.')
  else if (incidents.some(({ state }) => state === 'OPEN'))
    terminal.tell('→ Anda menanganinya? / do you take care of one? npx lapak incidents ack <id>')
  return EXIT.ok
}

/** The id to acknowledge, or undefined for the list. */
function readWords(words: readonly string[]): string | undefined {
  const [first, id, ...more] = words
  if (first === undefined) return undefined
  if (first !== 'ack' || id === undefined || more.length > 0) throw new UsageError('incidents [ack <id>]')
  return id
}

async function acknowledge(app: Pick<App, 'incidents'>, id: string, terminal: Terminal): Promise<ExitCode> {
  const done = await app.incidents.acknowledge(id, userInfo().username)
  if (done.ok) terminal.print(`${id}: ditangani / taken care of`)
  else terminal.tell('Sudah selesai atau tidak dikenal. It is over already, or unknown.')
  return done.ok ? EXIT.ok : EXIT.failed
}

function incidentLine(incident: Incident): string {
  const { state, acknowledgedBy, resolvedAt } = incident
  const words = both(STATE_WORDS[state])
  return [
    wib(incident.openedAt),
    incident.id,
    resolvedAt === null ? words : `${words} ${wib(resolvedAt)}`,
    `${incident.title} / ${incident.titleEn}`,
    ...(acknowledgedBy === null ? [] : [acknowledgedBy]),
  ].join('  ')
}
