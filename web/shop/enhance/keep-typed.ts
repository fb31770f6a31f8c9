type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement

function keyOf(control: Control): string {
  const isChoice = control.type === 'radio' || control.type === 'checkbox'
  return isChoice ? `${control.name}=${control.value}` : control.id
}

function listControls(root: HTMLElement): Control[] {
  return [...root.querySelectorAll<Control>('input:not([type=hidden]), select, textarea')]
}

/**
 * Carries what a person did in one part of the page over to its new drawing: what was typed and picked, folds that
 * stand open, and where the focus was. Call it before the parts are exchanged; the answer restores the focus after.
 */
export function keepTyped(before: HTMLElement, after: HTMLElement): () => void {
  const fresh = new Map(listControls(after).map((control) => [keyOf(control), control]))
  for (const control of listControls(before)) {
    const twin = fresh.get(keyOf(control))
    if (!twin || twin.disabled) continue
    if (twin instanceof HTMLInputElement && control instanceof HTMLInputElement && control.type === 'radio') {
      if (control.checked) twin.checked = true
    } else if (control.value) twin.value = control.value
  }
  for (const fold of before.querySelectorAll<HTMLDetailsElement>('details[id][open]')) {
    const twin = [...after.querySelectorAll('details')].find(({ id }) => id === fold.id)
    if (twin) twin.open = true
  }
  const focused = document.activeElement
  const id = focused && before.contains(focused) ? focused.id : ''
  return () => {
    if (id) document.querySelector<HTMLElement>(`#${CSS.escape(id)}`)?.focus({ preventScroll: true })
  }
}
