import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EXIT } from '../../../src/cli/command.ts'
import { readExport, writeExport } from '../../../src/cli/export.ts'
import { exportsPort } from '../http/sync-port.ts'
import { recordingTerminal } from './scripted-sync.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lapak-export-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('the format is named, or that of the file', () => {
  expect(readExport(['products'])).toEqual({ name: 'products', format: 'csv', file: undefined })
  expect(readExport(['products', '--out', 'x.ndjson']).format).toBe('ndjson')
  expect(() => readExport(['products', '--format', 'xls'])).toThrow('csv | ndjson')
  expect(() => readExport([])).toThrow('export <name>')
})

test('a file has its name when it is complete', async () => {
  const file = path.join(folder, 'products.csv')
  const { terminal } = recordingTerminal()
  const code = await writeExport(
    { exports: exportsPort() },
    { name: 'products', format: 'csv', file },
    terminal,
  )
  expect(code).toBe(EXIT.ok)
  expect(await readFile(file, 'utf8')).toMatch(/^id,name,price,active,note\nP-7,/)
})

test.each([0, 1])('an export that breaks off after %i rows leaves no file', async (count) => {
  async function* rows() {
    for (let id = 1; id <= count; id++) yield { id }
    throw new Error('the database went away')
  }
  const file = path.join(folder, 'broken.csv')
  const app = { exports: { names: () => ['x'], rows } }
  const { terminal } = recordingTerminal()
  await expect(writeExport(app, { name: 'x', format: 'csv', file }, terminal)).rejects.toThrow('went away')
  expect((await readdir(folder)).filter((name) => name.startsWith('broken'))).toEqual([])
})

test('an unknown name is a slip', async () => {
  const { terminal, told } = recordingTerminal()
  const wish = { name: 'product', format: 'csv', file: undefined } as const
  expect(await writeExport({ exports: exportsPort() }, wish, terminal)).toBe(EXIT.usage)
  expect(told.join('\n')).toContain('did you mean: products')
})

test('a reader who leaves ends an endless export quietly', async () => {
  const program = `
    import { writeExport } from ${JSON.stringify(path.resolve('src/cli/export.ts'))}
    async function* rows() { for (let id = 0; ; id++) yield { id, text: 'x'.repeat(1000) } }
    const app = { exports: { names: () => [], rows } }
    const silent = { tell() {}, print() {}, draw() {} }
    process.exit(await writeExport(app, { name: 'x', format: 'csv' }, silent))`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let trouble = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (trouble += text))
  await once(child.stdout, 'data')
  child.stdout.destroy()
  const [code] = (await once(child, 'close')) as [number]
  expect([code, trouble]).toEqual([0, ''])
})
