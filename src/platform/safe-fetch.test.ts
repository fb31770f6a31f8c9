import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createTcpServer, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { isPublicAddress } from './safe-fetch-address.ts'
import { createSafeFetch, guardedLookup } from './safe-fetch.ts'

let origin: string
let handle: RequestListener
let canaryPort: number
let canaryConnections = 0
const closers: (() => void)[] = []

beforeAll(async () => {
  const server = createServer((request, response) => handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const canary = createTcpServer((socket) => {
    canaryConnections += 1
    socket.destroy()
  })
  await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve))
  canaryPort = (canary.address() as AddressInfo).port
  closers.push(() => server.closeAllConnections(), server.close.bind(server), canary.close.bind(canary))
})
afterAll(() => closers.forEach((close) => close()))
beforeEach(() => {
  canaryConnections = 0
})

function redirectTo(location: string): void {
  handle = (request, response) => {
    // Headers carry ASCII; hosts in percent form mean the same.
    const ascii = location.replace(/[^!-~]/gu, encodeURIComponent)
    if (request.url === '/start') response.writeHead(302, { location: ascii }).end()
    else response.end('arrived')
  }
}

/** Spellings of places inside, with the canary's port so that a hit would be seen. */
const INSIDE = [
  'http://127.0.0.1',
  'https://127.0.0.1',
  'https://127.1',
  'https://2130706433',
  'https://0x7f000001',
  'https://0177.0.0.1',
  'https://0x7f.1',
  'https://127.0.0.1.',
  'https://0.0.0.0',
  'https://0',
  'https://[::1]',
  'https://[::]',
  'https://[::ffff:127.0.0.1]',
  'https://[::ffff:7f00:1]',
  'https://[64:ff9b::127.0.0.1]',
  'https://[::127.0.0.1]',
  'https://[2002:7f00:1::]',
  'https://[fe80::1]',
  'https://localhost',
  'https://localhost.',
  'https://LOCALHOST',
  'https://ⓛocalhost',
  'https://１２７.0.0.1',
  'https://127。0。0。1',
  'https://169.254.169.254',
  'https://[fd00:ec2::254]',
  'https://10.0.0.1',
  'https://192.168.0.1',
]

const ELSEWHERE = [
  'file:///etc/passwd',
  'gopher://example.com/',
  'ftp://example.com/a.png',
  'data:image/png;base64,AAAA',
  'javascript:alert(1)',
  'blob:https://example.com/x',
  'ws://example.com/',
  '//example.com/a.png',
  '/a.png',
  '',
  'https://',
  'https://exa mple.com/',
  'http://example.com/a.png',
  'https://example.com:22/a.png',
  'https://example.com:8443/a.png',
  'https://user@example.com/a.png',
  'https://user:secret@example.com/a.png',
  'https://example.com@127.0.0.1/',
  `https://example.com/${'x'.repeat(2_100)}`,
]

describe('what is not fetched', () => {
  test.each(INSIDE)('%s', async (place) => {
    const fetch = createSafeFetch({ ports: [canaryPort] })
    const answer = await fetch({ url: `${place}:${canaryPort}/a.png` })
    expect(answer).toMatchObject({ ok: false })
    // A system may not know `localhost.`; what counts is that nothing was connected.
    const refused = place.endsWith('t.') ? ['refused_address', 'unreachable'] : ['bad_url', 'refused_address']
    expect(refused).toContain(answer.ok ? '' : answer.error.code)
    redirectTo(`${place}:${canaryPort}/a.png`)
    const redirected = await createSafeFetch({ ports: [canaryPort], allowedOrigins: [origin] })({
      url: `${origin}/start`,
    })
    expect(redirected).toMatchObject({ ok: false })
    expect(canaryConnections).toBe(0)
  })

  test.each(ELSEWHERE)('%j', async (url) => {
    expect(await createSafeFetch()({ url })).toMatchObject({ ok: false, error: { code: 'bad_url' } })
  })

  test('a neighbour of an allowed origin', async () => {
    const fetch = createSafeFetch({ allowedOrigins: [origin] })
    expect(await fetch({ url: `http://127.0.0.1:${canaryPort}/` })).toMatchObject({ ok: false })
    expect(await fetch({ url: `${origin.replace('http', 'https')}/` })).toMatchObject({ ok: false })
    expect(canaryConnections).toBe(0)
  })

  test.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '100.127.255.255',
    '0.0.0.0',
    '0.1.2.3',
    '192.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fec0::1',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '::ffff:8.8.8.8',
    '::ffff:127.0.0.1',
    '::8.8.8.8',
    '64:ff9b::8.8.8.8',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2001::1',
    '2001:db8::1',
    '100::1',
    'nonsense',
    '',
  ])('the address %j', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })

  test.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2404:6800:4003::1'])(
    'but the address %s is',
    (address) => {
      expect(isPublicAddress(address)).toBe(true)
    },
  )
})

describe('names', () => {
  const publicOne = { address: '8.8.8.8', family: 4 }
  const insideOne = { address: '127.0.0.1', family: 4 }

  function lookUp(answers: (typeof publicOne)[][], all: boolean): Promise<unknown> {
    const lookup = guardedLookup(() => Promise.resolve(answers.shift() ?? []))
    return new Promise((resolve, reject) => {
      lookup('rebind.example', { all }, (error, found) => (error ? reject(error) : resolve(found)))
    })
  }

  test('are resolved once: what was checked is what the connection gets', async () => {
    const answers = [[publicOne], [insideOne]]
    expect(await lookUp(answers, true)).toEqual([publicOne])
    expect(answers).toEqual([[insideOne]])
    expect(await lookUp([[publicOne], [insideOne]], false)).toBe('8.8.8.8')
  })

  test('are refused when any of their addresses is inside, or when they have none', async () => {
    await expect(lookUp([[publicOne, insideOne]], true)).rejects.toThrow('leads to 127.0.0.1')
    await expect(lookUp([[]], true)).rejects.toThrow('leads nowhere')
  })

  test('that turn inside after a redirect connect to nothing', async () => {
    const asked: string[] = []
    const fetch = createSafeFetch({
      allowedOrigins: [origin],
      ports: [canaryPort],
      resolve(host) {
        asked.push(host)
        return Promise.resolve([insideOne])
      },
    })
    redirectTo(`https://rebind.example:${canaryPort}/a.png`)
    const answer = await fetch({ url: `${origin}/start` })
    expect(answer).toMatchObject({ ok: false, error: { code: 'refused_address' } })
    expect(asked).toEqual(['rebind.example'])
    expect(canaryConnections).toBe(0)
  })

  test('nobody knows are out of reach', async () => {
    const fetch = createSafeFetch({ resolve: () => Promise.reject(new Error('ENOTFOUND')) })
    expect(await fetch({ url: 'https://missing.example/' })).toMatchObject({
      ok: false,
      error: { code: 'unreachable' },
    })
  })
})

describe('answers', () => {
  const get = (path: string, options: Parameters<typeof createSafeFetch>[0] = {}) =>
    createSafeFetch({ allowedOrigins: [origin], ...options })({ url: `${origin}${path}` })

  test('come with status, headers and body', async () => {
    handle = (_, response) => response.writeHead(404, { etag: '"x"' }).end('nothing here')
    const answer = await get('/a.png')
    expect(answer).toMatchObject({ ok: true, value: { status: 404, headers: { etag: '"x"' } } })
    expect(answer.ok && answer.value.body.toString()).toBe('nothing here')
  })

  test('to requests that carry nothing of ours but a name', async () => {
    let seen: IncomingMessage['headers'] = {}
    handle = (request, response) => {
      seen = request.headers
      response.writeHead(200, { 'set-cookie': 'a=b' }).end()
    }
    const fetch = createSafeFetch({ allowedOrigins: [origin] })
    await fetch({ url: `${origin}/1`, headers: { 'If-None-Match': '"x"' } })
    await fetch({ url: `${origin}/2` })
    expect(Object.keys(seen).sort()).toEqual(['accept-encoding', 'connection', 'host', 'user-agent'])
  })

  test('follow at most three redirects', async () => {
    handle = (request, response) => {
      const step = Number(request.url?.slice(1))
      if (step === 0) response.end('arrived')
      else response.writeHead(307, { location: `/${step - 1}` }).end()
    }
    expect(await get('/3')).toMatchObject({ ok: true, value: { url: `${origin}/0` } })
    expect(await get('/4')).toMatchObject({ ok: false, error: { code: 'too_many_redirects' } })
  })

  test('are cut at the limit while they come, whatever they announce', async () => {
    handle = (_, response) => {
      response.on('error', () => undefined)
      response.writeHead(200, { 'transfer-encoding': 'chunked' })
      const chunk = Buffer.alloc(64 * 1024)
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    }
    expect(await get('/endless')).toMatchObject({ ok: false, error: { code: 'too_large' } })
  })

  test('that never end, end with the time', async () => {
    handle = (request, response) => {
      if (request.url === '/silent') return
      response.writeHead(200)
      const drip = setInterval(() => response.write('.'), 10)
      response.on('close', () => clearInterval(drip))
    }
    const options = { timeoutMs: 150 }
    expect(await get('/silent', options)).toMatchObject({ ok: false, error: { code: 'timeout' } })
    expect(await get('/drip', options)).toMatchObject({ ok: false, error: { code: 'timeout' } })
  })

  test('that break off or are compressed are refused', async () => {
    handle = (request, response) => {
      if (request.url === '/gzip') response.writeHead(200, { 'content-encoding': 'gzip' }).end('x')
      else {
        response.writeHead(200, { 'content-length': '1000' })
        response.write('x', () => response.destroy())
      }
    }
    expect(await get('/gzip')).toMatchObject({ ok: false, error: { code: 'encoded' } })
    expect(await get('/broken')).toMatchObject({ ok: false, error: { code: 'unreachable' } })
  })

  test('are given up when the caller stops', async () => {
    const stop = new AbortController()
    handle = () => stop.abort()
    const fetch = createSafeFetch({ allowedOrigins: [origin] })
    const answer = await fetch({ url: `${origin}/x`, signal: stop.signal })
    expect(answer).toMatchObject({ ok: false, error: { code: 'stopped' } })
  })
})
