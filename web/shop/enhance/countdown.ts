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

function tick(element: HTMLTimeElement): void {
  const seconds = (Date.parse(element.dateTime) - Date.now()) / 1000
  element.textContent = formatRemaining(seconds)
  if (seconds > URGENT_SECONDS) return
  element.dataset.urgent = ''
  const text = (seconds > 0 ? element.dataset.urgentText : element.dataset.overText) ?? ''
  const message = document.querySelector('[data-countdown-message]')
  if (message && message.textContent !== text) message.textContent = text
}

/** Runs every countdown on the page, also those that appear later. */
export function startCountdown(): void {
  const run = () => document.querySelectorAll<HTMLTimeElement>('[data-countdown]').forEach(tick)
  run()
  setInterval(run, TICK_MS)
}
