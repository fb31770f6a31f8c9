import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { httpUnderTest } from './http-under-test.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'lapak assets '))
mkdirSync(path.join(folder, 'assets'))
writeFileSync(path.join(folder, 'assets', 'app-1a2b3c.css'), 'body { color: white }\n'.repeat(200))
writeFileSync(path.join(folder, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
afterAll(() => rmSync(folder, { recursive: true }))

const get = (address: string, headers: Record<string, string> = {}) =>
  httpUnderTest({ deps: { assetsDir: folder } }).request(address, { headers })

test('files with a hash in their name never change, the others may', async () => {
  const style = await get('/assets/app-1a2b3c.css', { 'accept-encoding': 'br' })
  expect(style.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8')
  expect(style.headers.get('content-encoding')).toBe('br')
  const icon = await get('/icon.svg')
  expect(icon.headers.get('cache-control')).toBe('public, max-age=3600')
  const known = await get('/icon.svg', { 'if-none-match': icon.headers.get('etag') ?? '' })
  expect(known.status).toBe(304)
})

test('the icon browsers ask for unasked is ours', async () => {
  expect((await get('/favicon.ico')).headers.get('content-type')).toBe('image/svg+xml')
})

test.each(['/assets/none.css', '/assets/..%2f..%2fpackage.json', '/assets/%2e%2e/icon.svg%00'])(
  '%s does not exist',
  async (address) => {
    expect((await get(address)).status).toBe(404)
  },
)
