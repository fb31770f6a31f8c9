import { readSetup } from './setup-data.ts'

/** What Midtrans' script needs: its address, our public key, and this payment's token. */
export type SnapSetup = { scriptUrl: string; clientKey: string; token: string }

type Snap = { pay(token: string, callbacks?: Record<string, () => void>): void }

/** A script that has not come by then will not: the plain payment page opens instead. */
const LOAD_TIMEOUT_MS = 6000

let loading: Promise<Snap> | undefined

function loadSnap({ scriptUrl, clientKey }: SnapSetup): Promise<Snap> {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script')
    script.src = scriptUrl
    script.dataset.clientKey = clientKey
    script.addEventListener('load', () => {
      const { snap } = window as { snap?: Snap }
      if (snap) resolve(snap)
      else reject(new Error('the payment script brought nothing to call'))
    })
    script.addEventListener('error', () => reject(new Error('the payment script did not load')))
    setTimeout(() => reject(new Error('the payment script took too long')), LOAD_TIMEOUT_MS)
    document.head.append(script)
  })
  return loading
}

/** Opens the payment in a popup over the page where possible; the link's own page otherwise. */
export function startSnapPopup(): void {
  document.addEventListener('click', (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-snap]')
    const setup = readSetup(link, 'data-snap') as SnapSetup | undefined
    if (!link || !setup || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    const open = () => location.assign(link.href)
    loadSnap(setup)
      .then((snap) => snap.pay(setup.token), open)
      .catch(open)
  })
}
