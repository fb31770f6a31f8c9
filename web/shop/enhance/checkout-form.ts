import { formatRupiah } from '../../../src/shared/money.ts'

/** Shows the total of the chosen way to pay, and sends the form once however often it is pressed. */
export function startCheckoutForm(): void {
  const form = document.querySelector<HTMLFormElement>('[data-checkout-form]')
  if (!form) return
  const fee = form.querySelector<HTMLElement>('[data-row=fee]')
  const total = form.querySelector<HTMLElement>('[data-row=total]')
  const button = form.querySelector<HTMLButtonElement>('[data-pay-button]')
  const restingLabel = button?.textContent ?? ''

  const update = () => {
    const method = form.querySelector<HTMLInputElement>('input[name=paymentMethod]:checked')
    if (!method) return
    const amount = formatRupiah(Number(method.dataset.total))
    if (fee) fee.textContent = formatRupiah(Number(method.dataset.fee))
    if (total) total.textContent = amount
    if (button)
      button.textContent = (button.dataset.payButton ?? '').replace('{amount}', amount) || restingLabel
  }
  form.addEventListener('change', update)
  let isSending = false
  form.addEventListener('submit', (event) => {
    if (isSending) return event.preventDefault()
    isSending = true
    if (!button || event.submitter !== button) return
    button.setAttribute('aria-disabled', 'true')
    button.textContent = form.dataset.sending ?? restingLabel
  })
  // A page brought back from the browser's history is ready to be sent again.
  window.addEventListener('pageshow', () => {
    isSending = false
    button?.removeAttribute('aria-disabled')
    update()
  })
  update()
  form.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
}
