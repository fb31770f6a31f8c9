import type { Environment } from '#platform/config.ts'

/** How a command ended. The numbers are part of the documented outside: scripts look at them. */
export const EXIT = {
  ok: 0,
  /** The command ran and what it was to do failed. */
  failed: 1,
  /** Unknown command, option or missing argument. */
  usage: 2,
  /** The configuration is wrong. */
  config: 3,
  /** Another process of this project, or an operator's pause, is in the way. */
  busy: 4,
  /** Many records would go out of use at once: a person has to agree first. */
  approval: 5,
  /** The plan does not fit any more; nothing was changed. */
  moved: 6,
  /** Left by Ctrl-C while the work goes on elsewhere. */
  left: 130,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** What a command does with the words after its name. */
export type Run = (args: string[], env: Environment) => Promise<ExitCode>

/** One command of `lapak`, without its code: help must not load the whole shop. */
export type Command = {
  name: string
  usage: string
  summary: string
  summaryEn: string
  /** Further ways to write it, for commands that have several. */
  forms?: readonly (readonly [form: string, meaning: string])[]
  options?: readonly (readonly [option: string, meaning: string])[]
  /** How it can end, beside the codes that every command has. */
  exits: Partial<Record<keyof typeof EXIT, string>>
  load(): Promise<Run>
}

/** Thrown by a command for wrong words on the command line; the text is shown with the command's help. */
export class UsageError extends Error {}

/** Writes one line of a result. */
export function print(line = ''): void {
  process.stdout.write(`${line}\n`)
}

/** Writes one line about progress or trouble; results stay alone on standard output. */
export function complain(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** The help text of one command, with all the codes it can end with. */
export function helpOf(command: Command): string {
  const options = (command.options ?? []).map(([option, meaning]) => `  ${option.padEnd(24)} ${meaning}`)
  const forms = (command.forms ?? []).flatMap(([form, meaning]) => [
    `  npx lapak ${form}`,
    `      ${meaning}`,
  ])
  const exits: Command['exits'] = {
    ok: 'berhasil / done',
    usage: 'salah tulis / wrong words',
    ...command.exits,
  }
  const codes = Object.entries(EXIT).flatMap(([name, code]) => {
    const meaning = exits[name as keyof typeof EXIT]
    return meaning === undefined ? [] : [`  ${String(code).padEnd(2)} ${meaning}`]
  })
  return [
    `${command.summary}. ${command.summaryEn}.`,
    '',
    `  npx lapak ${command.usage}`,
    ...(options.length ? ['', ...options] : []),
    ...(forms.length ? ['', ...forms] : []),
    '',
    'Kode akhir / exit codes:',
    ...codes,
  ].join('\n')
}
