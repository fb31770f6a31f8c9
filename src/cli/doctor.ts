import type { Environment } from '#platform/config.ts'
import { describeMistakes } from '#platform/config-variables.ts'
import { parseConfig } from '#platform/config.ts'
import { EXIT, print, UsageError, type ExitCode } from './command.ts'
import {
  checkDatabase,
  checkFolders,
  checkKeys,
  checkKeysFit,
  checkPorts,
  type Finding,
} from './doctor-checks.ts'
import { checkProviders } from './doctor-providers.ts'
import { findOpenTasks } from './open-task-findings.ts'
import { openProject, type OpenedProject } from './open-project.ts'
import { projectEnvironment } from './project-config.ts'
import { describeUnknownNames } from './unknown-names.ts'

/** Says what is configured, reachable, and wrong. */
export async function runDoctor(args: string[], env: Environment): Promise<ExitCode> {
  if (args.length > 0) throw new UsageError('doctor')
  const parsed = parseConfig(projectEnvironment(env))
  if (!parsed.ok) {
    print(describeMistakes(parsed.error))
    return EXIT.config
  }
  for (const line of describeUnknownNames(env)) print(line)
  const config = parsed.value
  const database = config.database === null ? 'bawaan / embedded' : 'DATABASE_URL'
  const findings: Finding[] = [
    {
      ok: true,
      what: 'konfigurasi / config',
      detail: `${config.environment}, ${config.role}, database ${database}`,
    },
    ...(await checkFolders(config)),
    await checkKeys(config),
    ...(await checkPorts(config)),
    ...(await withDatabaseUp(env)),
  ]
  for (const finding of findings) printFinding(finding)
  return conclude(findings)
}

function conclude(findings: readonly Finding[]): ExitCode {
  const wrong = findings.filter((finding) => !finding.ok).length
  const waiting = findings.filter((finding) => finding.waiting).length
  print()
  if (waiting > 0) print(`${waiting} hal menunggu orang (!). ${waiting} thing(s) wait for a person.`)
  if (wrong > 0) print(`${wrong} masalah. ${wrong} problem(s).`)
  else if (waiting === 0) print('Semua baik. All is well.')
  else print('Tidak ada yang rusak. Nothing is broken.')
  if (findings.some((finding) => finding.misconfigured)) return EXIT.config
  return wrong === 0 ? EXIT.ok : EXIT.failed
}

async function withDatabaseUp(env: Environment): Promise<Finding[]> {
  let project: OpenedProject
  try {
    project = await openProject(env)
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return [
      {
        ok: false,
        what: 'database',
        detail,
        hint: 'lihat berkas postgres.log di LAPAK_DATA / read postgres.log there',
      },
    ]
  }
  try {
    const findings = await checkDatabase(project.config)
    if (!findings.every((finding) => finding.ok)) return findings
    const keys = await checkKeysFit(project.config)
    // Providers are asked through the domain, which needs a migrated database and its keys.
    const providers = keys.ok ? await checkProviders(project) : []
    return [...findings, keys, ...providers, ...(await findOpenTasks(project.config))]
  } finally {
    await project.close()
  }
}

function printFinding({ ok, waiting, what, detail, hint }: Finding): void {
  print(`${waiting ? '!' : ok ? '✓' : '✗'} ${what.padEnd(22)} ${detail}`)
  if (!ok && hint !== undefined) print(`  → ${hint}`)
}
