import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createKeyFile } from '../../../src/platform/key-ring.ts'
import { queryAs } from '../../support/test-database.ts'
import { createTestShop, freePort, sandboxEnvironment, type TestShop } from '../../support/test-shop.ts'
import { startTestCluster, type TestCluster } from '../../../tools/test-cluster.ts'
import { fillDemoShop } from '../../../src/cli/seed.ts'

const ROOT = path.join(import.meta.dirname, '..', '..', '..')
let folder: string
let cluster: TestCluster
let shop: TestShop

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lapak-cli-'))
  // Doctor calls a server without fsync broken, and the common one of a test run has it off.
  cluster = await startTestCluster(true)
  process.env['LAPAK_TEST_DATABASE_URL'] = cluster.url
  shop = await createTestShop()
}, 120_000)
afterAll(async () => {
  await shop.stop()
  await cluster.stop()
  await rm(folder, { recursive: true, force: true })
})

type Ended = { code: number; out: string; err: string }

/** Runs a command with nothing but what a demo on the test database needs in its environment. */
async function lapak(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const child = spawn(process.execPath, [path.join(ROOT, 'src', 'cli', 'main.ts'), ...args], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      LAPAK_ENV: 'demo',
      LAPAK_DATA: folder,
      PORT: String(await freePort()),
      DATABASE_URL: shop.database.url,
      LAPAK_KEYS: shop.config.keysFile,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const [code] = (await once(child, 'close')) as [number]
  return { code, out, err }
}

test('keys of another shop start nothing: the reason stands there in both languages', async () => {
  const foreign = path.join(folder, 'foreign.json')
  await createKeyFile(foreign)
  for (const args of [['serve'], ['sync', 'vip-reseller'], ['doctor']]) {
    const { code, out, err } = await lapak(args, { LAPAK_KEYS: foreign })
    expect({ args, code }).toEqual({ args, code: 3 })
    expect(out + err).toContain('Berkas kunci tidak cocok dengan database ini')
    expect(out + err).toContain('does not belong to this database')
  }
})

test('rotated keys still open what was sealed before', async () => {
  const file = path.join(folder, 'rotated.json')
  await copyFile(shop.config.keysFile, file)
  expect(await lapak(['keys', 'rotate'], { LAPAK_KEYS: file })).toMatchObject({ code: 0 })
  const rotated = await lapak(['doctor'], { LAPAK_KEYS: file })
  expect(rotated.out).toContain('cocok / belong together')
  await queryAs(shop.database.url, "delete from key_checks where key_id = 'k2'")
})

test('a key file that is gone is not replaced, wherever it was', async () => {
  const named = path.join(folder, 'gone.json')
  for (const file of [named, '']) {
    const { code, err } = await lapak(['serve'], { LAPAK_KEYS: file })
    expect(code).toBe(3)
    expect(err).toContain('cadangan')
  }
  for (const file of [named, path.join(folder, 'keys.json')])
    await expect(stat(file)).rejects.toThrow('ENOENT')
})

test('npm start tells every mistake at once, and warns of names that are slips', async () => {
  const { code, err } = await lapak(['serve', '--demo'], {
    LAPAK_ENV: 'staging',
    LAPAK_KEYS: path.join(folder, 'gone.json'),
    VIP_RESELLER_API_ID: 'real',
    PORT: '80a',
    MIDTRANS_IS_PRODUCTION: 'yes',
    PROT: '3000',
    MIDTRANS_SERVERKEY: 'hunter2',
  })
  expect(code).toBe(3)
  const named = [...err.matchAll(/^ {2}✗ (\w+)/gm)].map((match) => match[1])
  expect(named).toEqual(['LAPAK_ENV', 'PORT', 'VIP_RESELLER_API_KEY', 'LAPAK_KEYS'])
  expect(err).toMatch(/^! PROT .*PORT/m)
  expect(err).toMatch(/^! MIDTRANS_SERVERKEY .*MIDTRANS_SERVER_KEY/m)
  expect(err).not.toContain('hunter2')
})

test.each([
  [['sync', 'vip-reseller', 'orders'], 'unknown stream'],
  [['sync', 'vip-reseller', 'offers', '--from', '2026-01-01', '--to', '2026-01-02'], 'takes no range'],
  [['sync', 'vip-reseller', '--to', '2026-01-01'], 'needs --from'],
])('%j is a slip', async (args, reason) => {
  const { code, err } = await lapak(args, sandboxEnvironment(shop.sandboxes))
  expect(code).toBe(2)
  expect(err).toContain(reason)
})

test('doctor shows what waits for a person, and nothing is broken by it', async () => {
  await queryAs(
    shop.database.url,
    `insert into webhook_inbox (id, provider, dedupe_key, body, state, handled_at)
      values (gen_random_uuid(), 'midtrans', sha256('x'), '', 'IGNORED', now())`,
  )
  const { code, out } = await lapak(['doctor'])
  expect(out).toMatch(/^! pesan \/ messages +1 /m)
  expect(out).toContain('Nothing is broken.')
  expect(code).toBe(0)
})

test('a catalogue that could not be pulled is pulled by the next start', async () => {
  await queryAs(
    shop.database.url,
    `insert into sync_runs (id, connection, trigger, kind, status, finished_at)
      values (gen_random_uuid(), 'vip-reseller', 'cli', 'live', 'failed', now())`,
  )
  await fillDemoShop(shop)
  const pulled = async (): Promise<number> =>
    (await shop.app.sync.listRuns({ connection: 'vip-reseller' })).runs.filter(
      (run) => run.status === 'succeeded',
    ).length
  expect(await pulled()).toBe(1)
  await fillDemoShop(shop)
  expect(await pulled()).toBe(1)
})

test('sandboxes whose starter is gone end quietly', async () => {
  const child = spawn(process.execPath, [path.join(ROOT, 'sandboxes', 'main.ts')], {
    env: { PATH: process.env['PATH'], SANDBOX_PORT: '0' },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdout.destroy()
  let trouble = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (trouble += text))
  const [code] = (await once(child, 'close')) as [number]
  expect(trouble).toBe('')
  expect(code).toBe(0)
})

test.each([
  [['sync', 'feed', '--frm', 'x'], 'opsi tidak dikenal / unknown option: --frm'],
  [['export', 'products', '--out'], 'opsi ini perlu isi / this option needs a value: --out'],
])('a slip in an option is told in both languages: %s', async (args, words) => {
  const { code, err } = await lapak(args)
  expect(code).toBe(2)
  expect(err).toContain(words)
})
