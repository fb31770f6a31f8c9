import type { AccountCheck } from '../../../src/catalog/service-view.ts'
import { readSetup } from './setup-data.ts'

/** Texts and target of the live account check; `{nickname}` and `{region}` are filled in here. */
export type AccountCheckSetup = {
  service: string
  checking: string
  hint: string
  good: string
  goodWithoutRegion: string
  bad: string
  offline: string
}

/** Rest after the last key before asking: shorter would ask for half-typed ids. */
const QUIET_MS = 600
/** The check never holds a buyer up longer than this. */
const TIMEOUT_MS = 8000

type Line = { kind: 'good' | 'bad' | 'unsure' | 'busy' | ''; text: string }

/** The sentence that tells the outcome of a check. */
export function checkLine(check: AccountCheck, setup: AccountCheckSetup): Line {
  if (check.valid === false) return { kind: 'bad', text: setup.bad }
  if (check.valid === null) return { kind: 'unsure', text: setup.offline }
  const pattern = check.region ? setup.good : setup.goodWithoutRegion
  const text = pattern.replace('{nickname}', check.nickname).replace('{region}', check.region ?? '')
  return { kind: 'good', text }
}

async function askAccount(
  service: string,
  input: Record<string, string>,
  signal: AbortSignal,
): Promise<AccountCheck> {
  const response = await fetch('/api/services/nickname', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ service, input }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  })
  if (!response.ok) return { valid: null, message: '' }
  return (await response.json()) as AccountCheck
}

/** Checks the entered account while it is typed; an unreachable checker never blocks. */
export function startAccountCheck(): void {
  const root = document.querySelector<HTMLElement>('[data-account-check]')
  const setup = readSetup(root, 'data-account-check') as AccountCheckSetup | undefined
  const status = root?.querySelector<HTMLElement>('[data-check-status]')
  const fields = [...document.querySelectorAll<HTMLInputElement | HTMLSelectElement>('[data-account-field]')]
  if (!root || !setup || !status || fields.length === 0) return

  let timer = 0
  let lastAsked = ''
  let current = new AbortController()
  const show = (line: Line) => {
    status.textContent = line.text
    status.dataset.check = line.kind
    status.classList.toggle('skeleton', line.kind === 'busy')
  }
  const run = async () => {
    clearTimeout(timer)
    if (!fields.every((field) => field.checkValidity())) return
    const input = Object.fromEntries(
      fields.map((field) => [field.dataset.accountField ?? '', field.value.trim()]),
    )
    const key = JSON.stringify(input)
    if (key === lastAsked) return
    lastAsked = key
    current.abort()
    current = new AbortController()
    const { signal } = current
    show({ kind: 'busy', text: setup.checking })
    const check = await askAccount(setup.service, input, signal).catch((): AccountCheck => ({
      valid: null,
      message: '',
    }))
    if (signal.aborted) return
    if (check.valid === null) lastAsked = ''
    show(checkLine(check, setup))
  }
  for (const field of fields) {
    field.addEventListener('input', () => {
      clearTimeout(timer)
      current.abort()
      lastAsked = ''
      show({ kind: '', text: setup.hint })
      timer = window.setTimeout(() => void run(), QUIET_MS)
    })
    field.addEventListener('change', () => void run())
  }
  root.querySelector('[data-check-button]')?.addEventListener('click', () => {
    const wrong = fields.find((field) => !field.checkValidity())
    if (wrong) wrong.reportValidity()
    else void run()
  })
  void run()
}
