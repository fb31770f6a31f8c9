import { keepTyped } from './keep-typed.ts'
import { setServerTime } from './server-clock.ts'
import { readSetup } from './setup-data.ts'

/**
 * How closely an order is followed: `live` while something is going on, `slow` when only a late payment could
 * still change it, `still` when nothing will.
 */
export type OrderPace = 'live' | 'slow' | 'still'

/** Where an order's state comes from and what of it the page already shows. */
export type LiveOrderSetup = {
  /** The JSON address of the order; its events are under `/events`. */
  url: string
  version: number
  /** The server's time when it drew the page, ISO 8601. */
  now: string
  pace: OrderPace
  /** Said to screen readers after a change. */
  announcement: string
}

/** Polling when events do not come: quick at first, calmer after two minutes. */
const QUICK_POLL_MS = 3000
const CALM_POLL_MS = 10_000
const QUICK_POLLS = 40
/** A late payment is minutes away, and the page may lie open for hours. */
const SLOW_POLL_MS = 30_000

function readOrder(root: ParentNode): { element: HTMLElement; setup: LiveOrderSetup } | undefined {
  const element = root.querySelector<HTMLElement>('[data-order]')
  const setup = readSetup(element, 'data-order') as LiveOrderSetup | undefined
  return element && setup ? { element, setup } : undefined
}

function readVersion(order: unknown): number {
  return (order as { version: number }).version
}

/**
 * Fetches this page anew and replaces the order's part: the server stays the only place that draws it. What was
 * typed meanwhile stays. Returns what is shown now.
 */
async function redraw(): Promise<LiveOrderSetup | undefined> {
  const address = new URL(location.href)
  address.searchParams.delete('note')
  // The other language may have been chosen in another tab meanwhile.
  address.searchParams.set('lang', document.documentElement.lang)
  const response = await fetch(address, { headers: { Accept: 'text/html' } })
  if (!response.ok) return undefined
  const fresh = readOrder(new DOMParser().parseFromString(await response.text(), 'text/html'))
  const shown = readOrder(document)
  if (!fresh || !shown) return undefined
  if (fresh.setup.version === shown.setup.version) return shown.setup
  const element = document.adoptNode(fresh.element)
  const restoreFocus = keepTyped(shown.element, element)
  shown.element.replaceWith(element)
  restoreFocus()
  setServerTime(fresh.setup.now)
  const announcer = document.querySelector('[data-live-announcer]')
  if (announcer) announcer.textContent = fresh.setup.announcement
  return fresh.setup
}

/** Follows an order by server-sent events, by polling where they fail, and stops when nothing can come any more. */
export function startLiveOrder(): void {
  const first = readOrder(document)
  if (!first) return
  setServerTime(first.setup.now)
  if (first.setup.pace !== 'still') follow(first.setup)
}

function follow(first: LiveOrderSetup): void {
  let shown = first
  let latest = shown.version
  let source: EventSource | undefined
  let polls = 0
  let timer = 0
  let isDrawing = false

  const stop = () => {
    source?.close()
    source = undefined
    clearTimeout(timer)
  }
  // Changes that arrive while one is being drawn are drawn right after it.
  const see = async (version: number) => {
    latest = Math.max(latest, version)
    if (isDrawing) return
    isDrawing = true
    while (latest > shown.version) {
      const fresh = await redraw().catch(() => undefined)
      if (!fresh || fresh.version <= shown.version) {
        schedulePoll()
        break
      }
      shown = fresh
    }
    isDrawing = false
    if (shown.pace !== 'live') stop()
    if (shown.pace === 'slow') schedulePoll()
  }
  const poll = async () => {
    const response = await fetch(shown.url).catch(() => undefined)
    if (response?.ok) await see(readVersion(await response.json()))
    if (shown.pace !== 'still' && !source) schedulePoll()
  }
  const schedulePoll = () => {
    polls += 1
    clearTimeout(timer)
    const openWait = polls > QUICK_POLLS ? CALM_POLL_MS : QUICK_POLL_MS
    timer = window.setTimeout(() => void poll(), shown.pace === 'slow' ? SLOW_POLL_MS : openWait)
  }
  const giveUp = () => {
    source?.close()
    source = undefined
    if (shown.pace !== 'still') schedulePoll()
  }
  const listen = () => {
    source = new EventSource(`${shown.url}/events`)
    source.addEventListener('order', (event) => void see(readVersion(JSON.parse(event.data as string))))
    source.addEventListener('end', giveUp)
    source.addEventListener('error', () => {
      // A connection that was lost is retried by the browser; one that was refused is not.
      if (source?.readyState === EventSource.CLOSED) giveUp()
    })
  }
  if (shown.pace === 'live') listen()
  else schedulePoll()
  // A phone that slept, was offline, or came back to a page it had put aside may have missed everything.
  const catchUp = () => {
    if (document.visibilityState === 'visible' && shown.pace !== 'still') void poll()
  }
  document.addEventListener('visibilitychange', catchUp)
  window.addEventListener('online', catchUp)
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) catchUp()
  })
}
