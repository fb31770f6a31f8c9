/** How long a button says that it copied. */
const COPIED_MS = 2000

async function copy(button: HTMLButtonElement): Promise<void> {
  const label = button.dataset.label ?? button.textContent
  button.dataset.label = label
  await navigator.clipboard.writeText(button.dataset.copy ?? '')
  button.textContent = button.dataset.copiedLabel ?? label
  setTimeout(() => {
    button.textContent = label
  }, COPIED_MS)
}

/** Makes every `[data-copy]` button copy its value; works for buttons that appear later, too. */
export function startCopyButtons(): void {
  document.addEventListener('click', (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>('[data-copy]')
    if (button) void copy(button)
  })
}
