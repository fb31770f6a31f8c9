import { Secret, withDatabase, type Config, type Environment, type ProjectConfig } from '#platform/config.ts'
import { useEmbeddedPostgres, type startEmbeddedPostgres } from '#platform/embedded-postgres.ts'
import { createLog, type Log } from '#platform/log.ts'
import { openApp, type OpenedApp } from '../main.ts'
import { complain } from './command.ts'
import { checkedConfig, projectEnvironment } from './project-config.ts'

/** A configuration with its database at hand; `close` ends an embedded server that was started for it. */
export type OpenedProject = { config: Config; log: Log; close(): Promise<void> }

/** The database of a project: the external one, else the embedded server, started when it is not running. */
export async function openProject(env: Environment): Promise<OpenedProject> {
  const config = checkedConfig(projectEnvironment(env))
  const database = await openDatabaseOf(config, useEmbeddedPostgres)
  // Standard output holds what was asked for: an export, a list, figures.
  const log = createLog(config.logLevel === 'info' ? 'warn' : config.logLevel, process.stderr)
  return { config: withDatabase(config, database.address), log, close: () => database.stop() }
}

/** Runs `work` with the domain opened, and closes everything afterwards. */
export async function withApp<T>(
  env: Environment,
  work: (opened: OpenedApp, project: OpenedProject) => Promise<T>,
): Promise<T> {
  const project = await openProject(env)
  try {
    const opened = await openApp(project.config, project.log)
    try {
      return await work(opened, project)
    } finally {
      await opened.close()
    }
  } finally {
    await project.close()
  }
}

/** Where the database is, and how to let it go. */
export async function openDatabaseOf(
  config: ProjectConfig,
  open: typeof startEmbeddedPostgres,
  onLost: (error: Error) => void = () => undefined,
): Promise<{ address: Config['database']; stop(): Promise<void> }> {
  if (config.database !== null) return { address: config.database, stop: async () => undefined }
  const server = await open({ dataDir: config.dataDir, onNotice: (text) => complain(`• ${text}`), onLost })
  return {
    address: { url: new Secret(server.url), directUrl: new Secret(server.directUrl) },
    stop: () => server.stop(),
  }
}
