import { serverNow } from './server-clock.ts'

/** From here on the countdown is amber and has been announced once. */
const URGENT_SECONDS = 120
const TICK_MS = 1000

/** Seconds as `mm:ss`, or `h:mm:ss` from an hour on; never below zero. */
export function formatRemaining(seconds: number): string {
  const left = Math.max(0, Math.floor(seconds))
  const pad = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(left / 3600)
  const minutes = Math.floor(left / 60) % 60
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(left % 60)}` : `${pad(minutes)}:${pad(left % 60)}`
}

/** Deadlines that were announced already: the order's part may be drawn anew many times. */
const announced = new Set<string>()

function announceOnce(key: string, text: string): void {
  if (announced.has(key)) return
  announced.add(key)
  const announcer = document.querySelector('[data-live-announcer]')
  if (announcer) announcer.textContent = text
}

function tick(element: HTMLTimeElement): void {
  const seconds = (Date.parse(element.dateTime) - serverNow()) / 1000
  element.textContent = formatRemaining(seconds)
  if (seconds > URGENT_SECONDS) return
  const isOver = seconds <= 0
  const text = (isOver ? element.dataset.overText : element.dataset.urgentText) ?? ''
  element.dataset.urgent = ''
  announceOnce(`${element.dateTime} ${isOver}`, text)
  const message = document.querySelector('[data-countdown-message]')
  if (message && message.textContent !== text) message.textContent = text
  if (!isOver || 'over' in element.dataset) return
  element.dataset.over = ''
  for (const way of document.querySelectorAll<HTMLDetailsElement>('[data-open-when-over]')) way.open = true
}

/** Work that takes longer than usual is said in the place where its state stands. */
function tellLate(element: HTMLElement): void {
  if (Date.parse(element.dataset.lateAt ?? '') > serverNow()) return
  const text = element.dataset.lateText ?? ''
  delete element.dataset.lateAt
  element.dataset.late = ''
  announceOnce(text, text)
}

/** Runs every countdown on the page, also those that appear later. */
export function startCountdown(): void {
  const run = () => {
    document.querySelectorAll<HTMLTimeElement>('[data-countdown]').forEach(tick)
    document.querySelectorAll<HTMLElement>('[data-late-at]').forEach(tellLate)
  }
  run()
  setInterval(run, TICK_MS)
}
