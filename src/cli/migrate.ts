import type { Config, Environment } from '#platform/config.ts'
import { migrate, type MigrationReport } from '#platform/migrate.ts'
import { migrateQueue } from '#platform/queue.ts'
import { QUEUES } from '../jobs/queues.ts'
import { EXIT, print, type ExitCode } from './command.ts'
import { openProject } from './open-project.ts'

/** Applies the shop's migrations and then the queue's own, over the direct address. */
export async function migrateAll(config: Config): Promise<MigrationReport> {
  const url = config.database.directUrl.reveal()
  const report = await migrate(url)
  await migrateQueue(url, QUEUES)
  return report
}

/** Brings the database to the newest schema. */
export async function runMigrate(_args: string[], env: Environment): Promise<ExitCode> {
  const project = await openProject(env)
  try {
    const report = await migrateAll(project.config)
    for (const name of report.applied) print(`+ ${name}`)
    print(`Skema mutakhir / up to date: ${report.applied.length} baru / new, ${report.total} semua / in all`)
    return EXIT.ok
  } finally {
    await project.close()
  }
}
