import { readEnv } from '#platform/config.ts'
import { EmbeddedPostgresInUse } from '#platform/embedded-postgres-owner.ts'
import { ConfigError } from '#platform/config-variables.ts'
import { EXIT, UsageError, complain, helpOf, print, type Command, type ExitCode } from './command.ts'
import { closestName } from './closest-name.ts'
import { COMMANDS } from './commands.ts'

const HELP_WORDS = new Set(['--help', '-h', 'help'])

/** The overview of all commands and exit codes. */
function overview(): string {
  const commands = COMMANDS.map(
    (command) => `  ${command.name.padEnd(9)} ${command.summary}. ${command.summaryEn}.`,
  )
  return [
    'Lapak, toko produk digital / shop for digital goods',
    '',
    '  npx lapak <perintah / command> [--help]',
    '',
    ...commands,
    '',
    'Kode akhir / exit codes: 0 berhasil/ok, 1 gagal/failed, 2 salah tulis/usage, 3 konfigurasi/config, 4 sedang dipakai/busy; sync: 5 menunggu persetujuan/needs approval, 6 rencana usang/plan moved, 130 ditinggal/left',
  ].join('\n')
}

async function runCommandLine(words: string[]): Promise<ExitCode> {
  const [name, ...args] = words
  if (name === undefined || HELP_WORDS.has(name)) {
    print(overview())
    return name === undefined ? EXIT.usage : EXIT.ok
  }
  const command = COMMANDS.find((known) => known.name === name)
  if (command === undefined) {
    const close = closestName(
      name,
      COMMANDS.map((known) => known.name),
    )
    complain(`✗ Perintah tidak dikenal / unknown command: ${name}`)
    complain(close === undefined ? '  npx lapak --help' : `  Maksudnya / did you mean: npx lapak ${close}`)
    return EXIT.usage
  }
  if (args.some((word) => HELP_WORDS.has(word))) {
    print(helpOf(command))
    return EXIT.ok
  }
  try {
    const run = await command.load()
    return await run(args, readEnv())
  } catch (error) {
    return explain(error, command)
  }
}

function explain(error: unknown, command: Command): ExitCode {
  if (error instanceof UsageError || isParseError(error)) {
    complain(`✗ ${slipOf(error)}`)
    complain(`  npx lapak ${command.usage}`)
    complain(`  npx lapak ${command.name} --help`)
    return EXIT.usage
  }
  if (error instanceof ConfigError) {
    complain(error.message)
    return EXIT.config
  }
  complain(`✗ ${error instanceof Error ? error.message || error.name : String(error)}`)
  if (error instanceof EmbeddedPostgresInUse) return EXIT.busy
  complain('  npx lapak doctor mencari sebabnya / looks for the cause')
  return EXIT.failed
}

/** The slip in both languages where it is one that people make; else in the words of the parser. */
function slipOf({ message }: Error): string {
  const unknown = /^Unknown option '(-[^']*)'/.exec(message)?.[1]
  if (unknown !== undefined) return `opsi tidak dikenal / unknown option: ${unknown}`
  const bare = /^Option '(-[^' ]*)[^']*' argument missing/.exec(message)?.[1]
  return bare === undefined ? message : `opsi ini perlu isi / this option needs a value: ${bare}`
}

function isParseError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
}

process.exit(await runCommandLine(process.argv.slice(2)))
