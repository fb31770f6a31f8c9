import { formatRupiah } from '../../../src/shared/money.ts'
import { readSetup } from './setup-data.ts'

/** Texts of the summary bar; `{label}` names the field that is still missing. */
export type SummarySetup = { nothing: string; next: string; fill: string; choose: string }

/** Keeps the bar at the bottom of a product page in step with the form; its button names what is missing. */
export function startSummaryBar(): void {
  const bar = document.querySelector('[data-summary]')
  const setup = readSetup(bar, 'data-summary') as SummarySetup | undefined
  const form = document.querySelector<HTMLFormElement>('[data-buy-form]')
  const item = bar?.querySelector<HTMLElement>('[data-summary-item]')
  const price = bar?.querySelector<HTMLElement>('[data-summary-price]')
  const button = bar?.querySelector<HTMLElement>('[data-summary-button]')
  if (!form || !setup || !item || !price || !button) return

  const update = () => {
    const sku = form.querySelector<HTMLInputElement>('input[name=sku]:checked')
    const quantity = form.querySelector<HTMLInputElement>('input[name=quantity]')
    const count = Math.max(1, Math.trunc(Number(quantity?.value ?? 1)) || 1)
    const name = sku?.closest('label')?.querySelector('b')?.textContent ?? ''
    item.textContent = sku ? (count > 1 ? `${count} × ${name}` : name) : setup.nothing
    price.textContent = sku ? formatRupiah(Number(sku.dataset.price) * count) : ''
    const missing = [...form.querySelectorAll<HTMLInputElement>('[data-account-field]')].find(
      (field) => !field.checkValidity(),
    )
    if (missing) button.textContent = setup.fill.replace('{label}', missing.dataset.label ?? '')
    else button.textContent = sku ? setup.next : setup.choose
  }
  form.addEventListener('input', update)
  form.addEventListener('change', update)
  window.addEventListener('pageshow', update)
  update()
}
