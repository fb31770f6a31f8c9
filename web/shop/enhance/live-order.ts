import { readSetup } from './setup-data.ts'

/** Where an order's state comes from and what of it the page already shows. */
export type LiveOrderSetup = {
  /** The JSON address of the order; its events are under `/events`. */
  url: string
  version: number
  isOpen: boolean
  /** Said to screen readers after a change. */
  announcement: string
}

/** Polling when events do not come: quick at first, calmer after two minutes. */
const QUICK_POLL_MS = 3000
const CALM_POLL_MS = 10_000
const QUICK_POLLS = 40

function readOrder(root: ParentNode): { element: HTMLElement; setup: LiveOrderSetup } | undefined {
  const element = root.querySelector<HTMLElement>('[data-order]')
  const setup = readSetup(element, 'data-order') as LiveOrderSetup | undefined
  return element && setup ? { element, setup } : undefined
}

function readVersion(order: unknown): number {
  return (order as { version: number }).version
}

/**
 * Fetches this page anew and replaces the order's part: the server stays the only place that draws it.
 * Returns what is shown now.
 */
async function redraw(): Promise<LiveOrderSetup | undefined> {
  const address = new URL(location.href)
  address.searchParams.delete('note')
  const response = await fetch(address, { headers: { Accept: 'text/html' } })
  if (!response.ok) return undefined
  const fresh = readOrder(new DOMParser().parseFromString(await response.text(), 'text/html'))
  const shown = readOrder(document)
  if (!fresh || !shown) return undefined
  if (fresh.setup.version === shown.setup.version) return shown.setup
  shown.element.replaceWith(document.adoptNode(fresh.element))
  const announcer = document.querySelector('[data-live-announcer]')
  if (announcer) announcer.textContent = fresh.setup.announcement
  return fresh.setup
}

/** Follows an open order by server-sent events, by polling where they fail, and stops when it is settled. */
export function startLiveOrder(): void {
  const first = readOrder(document)
  if (!first?.setup.isOpen) return
  let shown = first.setup
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
    if (!shown.isOpen) stop()
  }
  const poll = async () => {
    const response = await fetch(shown.url).catch(() => undefined)
    if (response?.ok) await see(readVersion(await response.json()))
    if (shown.isOpen && !source) schedulePoll()
  }
  const schedulePoll = () => {
    polls += 1
    clearTimeout(timer)
    timer = window.setTimeout(() => void poll(), polls > QUICK_POLLS ? CALM_POLL_MS : QUICK_POLL_MS)
  }
  const listen = () => {
    source = new EventSource(`${shown.url}/events`)
    source.addEventListener('order', (event) => void see(readVersion(JSON.parse(event.data as string))))
    source.addEventListener('end', () => source?.close())
    source.addEventListener('error', () => {
      // A connection that was lost is retried by the browser; one that was refused is not.
      if (source?.readyState !== EventSource.CLOSED) return
      source = undefined
      schedulePoll()
    })
  }
  listen()
  // A phone that slept may have missed everything.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && shown.isOpen) void poll()
  })
}
