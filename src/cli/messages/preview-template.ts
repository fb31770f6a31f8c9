import { parseArgs } from 'node:util'
import { closestName } from '../closest-name.ts'
import { EXIT, UsageError, type ExitCode } from '../command.ts'
import type { MessagesCall } from './messages-command.ts'

/** Shows the names of all templates, one a line. */
export async function listTemplates({ app, terminal }: MessagesCall): Promise<ExitCode> {
  for (const name of app.messages.templates()) terminal.print(name)
  terminal.tell('→ lihat isinya / see one: npx lapak messages preview <name>')
  return EXIT.ok
}

/** Shows one template with made-up values. */
export async function previewTemplate({ app, args, terminal }: MessagesCall): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { locale: { type: 'string', default: 'id' }, html: { type: 'boolean', default: false } },
  })
  const [wanted = '', ...more] = positionals
  const { locale } = values
  if (more.length > 0 || (locale !== 'id' && locale !== 'en'))
    throw new UsageError('messages preview <name> [--locale id|en] [--html]')
  const name = app.messages.templates().find((known) => known === wanted)
  const preview = name === undefined ? undefined : app.messages.preview(name, locale)
  if (preview === undefined) throw new UsageError(unknown(wanted, app.messages.templates()))
  if (values.html) terminal.print(preview.html)
  else terminal.print(`${preview.subject}\n\n${preview.text}`)
  return EXIT.ok
}

function unknown(name: string, names: readonly string[]): string {
  const close = closestName(name, names)
  return close === undefined
    ? `tidak ada templat itu / no such template: ${names.join(', ')}`
    : `Maksudnya / did you mean: messages preview ${close}`
}
