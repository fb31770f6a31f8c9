/**
 * Forms marked `data-send-once` are sent once however often their button is pressed: a second press on a slow line
 * would do the same again. A page brought back from the browser's history is ready to be sent again.
 */
export function startSendOnce(): void {
  const sent = new WeakSet<HTMLFormElement>()
  document.addEventListener('submit', (event) => {
    const form = event.target
    if (!(form instanceof HTMLFormElement) || !('sendOnce' in form.dataset)) return
    if (sent.has(form)) return event.preventDefault()
    sent.add(form)
    event.submitter?.setAttribute('aria-disabled', 'true')
  })
  window.addEventListener('pageshow', (event) => {
    if (!event.persisted) return
    for (const form of document.querySelectorAll<HTMLFormElement>('[data-send-once]')) {
      sent.delete(form)
      form.querySelector('[aria-disabled]')?.removeAttribute('aria-disabled')
    }
  })
}
