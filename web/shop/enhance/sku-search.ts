/** Letters and figures alone: `10.000` is found as `10000`, `5x Pass` as `5xpass`. */
export function searchable(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, '')
}

/** Shows only the tiles whose name contains what is typed; the chosen tile always stays. */
export function startSkuSearch(): void {
  const box = document.querySelector<HTMLInputElement>('[data-sku-search]')
  const none = document.querySelector<HTMLElement>('[data-sku-search-none]')
  if (!box || !none) return

  const filter = () => {
    const wanted = searchable(box.value)
    let found = 0
    for (const group of document.querySelectorAll<HTMLElement>('[data-sku-group]')) {
      let shown = 0
      for (const tile of group.querySelectorAll<HTMLElement>('.tile')) {
        const isMatch = searchable(tile.querySelector('b')?.textContent ?? '').includes(wanted)
        tile.hidden = !isMatch && !tile.querySelector('input:checked')
        if (!tile.hidden) shown += 1
        if (isMatch) found += 1
      }
      group.hidden = shown === 0
    }
    none.textContent = found === 0 ? (none.dataset.skuSearchNone ?? '') : ''
  }
  box.addEventListener('input', filter)
  // Return in this box means "search", which already happened; it must not send the form around it.
  box.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') event.preventDefault()
  })
  window.addEventListener('pageshow', filter)
}
