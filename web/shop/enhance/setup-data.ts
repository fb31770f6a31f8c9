/** The object a page left in a `data-*` attribute for this script; undefined when the mark is absent. */
export function readSetup<T>(element: Element | null, attribute: string): T | undefined {
  const text = element?.getAttribute(attribute)
  return text ? (JSON.parse(text) as T) : undefined
}
