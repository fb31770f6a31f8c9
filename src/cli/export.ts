import { open, rename, rm } from 'node:fs/promises'
import { once } from 'node:events'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import type { Environment } from '#platform/config.ts'
import type { App } from '../app.ts'
import { EXPORT_FORMATS, exportText, type ExportFormat } from '../http/index.ts'
import { closestName } from './closest-name.ts'
import { EXIT, UsageError, type ExitCode } from './command.ts'
import { withApp } from './open-project.ts'
import { forgiveClosedPipes, processTerminal, type Terminal } from './terminal.ts'

/** Writes everything that was synchronised of one kind as CSV or NDJSON. */
export async function runExport(args: string[], env: Environment): Promise<ExitCode> {
  const wanted = readExport(args)
  return await withApp(env, ({ app }) => writeExport(app, wanted, processTerminal(env)))
}

/** What is exported, how, and where to; without a file on standard output. */
export type ExportWish = { name: string; format: ExportFormat; file: string | undefined }

/** The wish behind the words. Throws `UsageError` for an unknown format. */
export function readExport(args: readonly string[]): ExportWish {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { format: { type: 'string' }, out: { type: 'string' } },
    allowPositionals: true,
  })
  const [name, ...rest] = positionals
  if (name === undefined || rest.length > 0) throw new UsageError('tulis / write: export <name>')
  const written = values.format ?? (values.out?.endsWith('.ndjson') ? 'ndjson' : 'csv')
  const format = EXPORT_FORMATS.find((known) => known === written)
  if (format === undefined) throw new UsageError(`--format ${EXPORT_FORMATS.join(' | ')}`)
  return { name, format, file: values.out }
}

/** Writes the export. A file has its name only when it is complete. */
export async function writeExport(
  app: Pick<App, 'exports'>,
  { name, format, file }: ExportWish,
  terminal: Terminal,
): Promise<ExitCode> {
  const rows = app.exports.rows(name)
  if (rows === undefined) {
    const names = app.exports.names()
    const close = closestName(name, names)
    terminal.tell(`✗ Tidak ada ekspor ini / there is no such export: ${name}`)
    if (close !== undefined) terminal.tell(`  Maksudnya / did you mean: ${close}`)
    terminal.tell(`  Yang ada / there is: ${names.join(', ')}`)
    return EXIT.usage
  }
  const text = exportText(rows, format)
  if (file === undefined) await writeOut(text)
  else {
    const part = `${file}.part`
    // Opened first: a stream that opens by itself may do so after the removal below.
    const opened = await open(part, 'w')
    try {
      await pipeline(text, opened.createWriteStream())
      await rename(part, file)
    } catch (error) {
      await rm(part, { force: true })
      throw error
    }
    terminal.tell(`✓ ${file}`)
  }
  return EXIT.ok
}

/** Writes to standard output as fast as it is read, and stops when nobody reads any more. */
async function writeOut(text: AsyncIterable<string>): Promise<void> {
  forgiveClosedPipes()
  const { stdout } = process
  const closed = new AbortController()
  const leave = () => closed.abort()
  stdout.once('error', leave)
  stdout.once('close', leave)
  try {
    for await (const part of text) {
      if (closed.signal.aborted) return
      if (!stdout.write(part)) await once(stdout, 'drain', { signal: closed.signal }).catch(() => undefined)
    }
  } finally {
    stdout.off('error', leave)
    stdout.off('close', leave)
  }
}
