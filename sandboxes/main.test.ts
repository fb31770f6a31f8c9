import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { startSandboxes } from './main.ts'
import { getJson, postJson } from './testing.ts'

const PORT_STEP = 100

async function takePort(): Promise<{ port: number; release(): void }> {
  const blocker = createServer()
  blocker.listen(0, '127.0.0.1')
  await once(blocker, 'listening')
  return { port: (blocker.address() as AddressInfo).port, release: () => blocker.close() }
}

async function startProcess(env: Record<string, string>) {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(
    process.execPath,
    [fileURLToPath(new URL('main.ts', import.meta.url))],
    { env: { SANDBOX_PORT: '0', ...env }, stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
  const line = chunk.toString().split('\n')[0] ?? ''
  return { child, urls: (JSON.parse(line) as { sandboxes: Record<string, string> }).sandboxes }
}

test('starts every provider and lists them on the index page', async () => {
  const running = await startSandboxes({ port: 0 })
  const page = await (await fetch(running.urls.index ?? '')).text()
  for (const name of ['midtrans', 'vip-reseller', 'messages', 'smtp'])
    expect(page).toContain(running.urls[name])
  expect(await getJson(`${running.urls.midtrans}/_sandbox/state`)).toMatchObject({ faults: [], requests: [] })
  await running.stop()
  await expect(fetch(running.urls.index ?? '')).rejects.toThrow('fetch failed')
})

test('moves the whole block when one of its ports is taken', async () => {
  const taken = await takePort()
  const base = taken.port - 3
  const running = await startSandboxes({ port: base, only: ['midtrans', 'vip-reseller'] })
  const indexPort = Number(new URL(running.urls.index ?? '').port)
  expect((indexPort - base) % PORT_STEP).toBe(0)
  expect(indexPort).toBeGreaterThan(base)
  expect(running.urls['vip-reseller']).toBe(`http://127.0.0.1:${indexPort + 3}`)
  await running.stop()
  taken.release()
})

test('open payments and orders survive a restart', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'sandboxes-'))
  const before = await startSandboxes({ port: 0, dataDir })
  const auth = { Authorization: `Basic ${Buffer.from('SB-Mid-server-lapak-demo:').toString('base64')}` }
  const charge = { payment_type: 'qris', transaction_details: { order_id: 'KEEP-1', gross_amount: 1_000 } }
  await postJson(`${before.urls.midtrans}/v2/charge`, charge, auth)
  await before.stop()
  const after = await startSandboxes({ port: 0, dataDir })
  const paid = await postJson(`${after.urls.midtrans}/_sandbox/pay`, { order_id: 'KEEP-1' })
  expect(paid.body).toMatchObject({ transaction_status: 'settlement' })
  await after.stop()
  await rm(dataDir, { recursive: true })
})

test.each(['SIGTERM', 'SIGINT'] as const)('the process ends on %s', async (signal) => {
  const { child, urls } = await startProcess({})
  expect((await fetch(urls.index ?? '')).status).toBe(200)
  child.kill(signal)
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('the process ends with its parent', async () => {
  const { child } = await startProcess({ LAPAK_PARENT_PIPE: '1' })
  child.stdin.end()
  expect(await once(child, 'exit')).toEqual([0, null])
})
