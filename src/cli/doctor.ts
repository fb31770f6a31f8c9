import type { Environment } from '#platform/config.ts'
import { describeMistakes } from '#platform/config-variables.ts'
import { parseConfig } from '#platform/config.ts'
import { EXIT, print, type Command, type ExitCode } from './command.ts'
import {
  checkDatabase,
  checkFolders,
  checkKeys,
  checkPorts,
  checkProviders,
  type Finding,
} from './doctor-checks.ts'
import { openProject, type OpenedProject } from './open-project.ts'
import { projectEnvironment } from './project-config.ts'

/** Says what is configured, reachable, and wrong. */
export const doctorCommand: Command = {
  name: 'doctor',
  usage: 'doctor',
  summary: 'Memeriksa semuanya dan menjelaskan yang salah',
  summaryEn: 'Checks everything and explains what is wrong; ends with 1 if something is',
  run: runDoctor,
}

async function runDoctor(_args: string[], env: Environment): Promise<ExitCode> {
  const parsed = parseConfig(projectEnvironment(env))
  if (!parsed.ok) {
    print(describeMistakes(parsed.error))
    return EXIT.failed
  }
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
  const wrong = findings.filter((finding) => !finding.ok).length
  print()
  print(wrong === 0 ? 'Semua baik. All is well.' : `${wrong} masalah. ${wrong} problem(s).`)
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
    // Providers are asked through the domain, which needs a migrated database and its keys.
    return findings.every((finding) => finding.ok)
      ? [...findings, ...(await checkProviders(project))]
      : findings
  } finally {
    await project.close()
  }
}

function printFinding({ ok, what, detail, hint }: Finding): void {
  print(`${ok ? '✓' : '✗'} ${what.padEnd(22)} ${detail}`)
  if (!ok && hint !== undefined) print(`  → ${hint}`)
}
