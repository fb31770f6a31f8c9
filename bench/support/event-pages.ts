import { request } from 'node:http'

/** Pages of one address: fewer than the shop allows of one. */
const PAGES_PER_ADDRESS = 16
/** Connections that are being opened at a time: below the backlog of a listening socket. */
const OPENING_AT_ONCE = 100

/** Open event streams, as so many pages would hold. */
export type EventPages = {
  /** Resolves with the moment (`performance.now()`) at which the page's next event came. */
  next(page: number): Promise<number>
  /** Pages whose stream ended by itself. */
  lost(): number
  close(): void
}

/** A loopback address of its own for every few pages: whole networks sit behind one, but not this many. */
function addressOf(page: number): string {
  const index = Math.floor(page / PAGES_PER_ADDRESS)
  return `127.1.${Math.floor(index / 250)}.${1 + (index % 250)}`
}

/** Opens an event stream for each address of `urls` and waits until each has told its first event. */
export async function openPages(urls: readonly string[]): Promise<EventPages> {
  const waiting = new Map<number, (at: number) => void>()
  const closers: (() => void)[] = []
  let lost = 0
  let isClosing = false
  const open = (url: string, page: number) =>
    new Promise<void>((resolve, reject) => {
      const sent = request(url, { agent: false, localAddress: addressOf(page) }, (response) => {
        if (response.statusCode !== 200) return reject(new Error(`${url} answered ${response.statusCode}`))
        response.setEncoding('utf8')
        response.on('data', (text: string) => {
          if (!text.includes('event: order')) return
          waiting.get(page)?.(performance.now())
          waiting.delete(page)
          resolve()
        })
        const end = (): void => {
          if (!isClosing) lost += 1
        }
        response.on('close', end)
        response.on('error', () => undefined)
      })
      sent.on('error', (error) => {
        if (!isClosing) reject(error)
      })
      closers.push(() => sent.destroy())
      sent.end()
    })
  for (let from = 0; from < urls.length; from += OPENING_AT_ONCE) {
    const some = urls.slice(from, from + OPENING_AT_ONCE)
    await Promise.all(some.map((url, index) => open(url, from + index)))
  }
  return {
    next: (page) => new Promise((resolve) => waiting.set(page, resolve)),
    lost: () => lost,
    close() {
      isClosing = true
      for (const close of closers) close()
    },
  }
}
