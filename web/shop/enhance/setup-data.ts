/** The object a page left in a `data-*` attribute for this script; undefined when the mark is absent. */
export function readSetup(element: Element | null, attribute: string): unknown {
  const text = element?.getAttribute(attribute)
  return text ? JSON.parse(text) : undefined
}
