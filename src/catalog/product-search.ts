/** A longer text is not a search; only its beginning is looked at. */
const MAX_QUERY_CHARACTERS = 100
/** More words do not narrow a product list any further. */
const MAX_QUERY_WORDS = 8
const MAX_WORD_CHARACTERS = 40

/** The text without accents and in lower case, as words of letters and digits. */
export function foldWords(text: string): string[] {
  const folded = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return folded.match(/[\p{L}\p{N}]+/gu) ?? []
}

/**
 * The `tsquery` text that matches products holding every word of `search` as the beginning of one of theirs:
 * `mobile leg` → `mobile:* & leg:*`. Undefined when the text holds no word. Safe for any input: nothing but
 * letters and digits gets through.
 */
export function searchQuery(search: string): string | undefined {
  const words = foldWords(search.slice(0, MAX_QUERY_CHARACTERS)).slice(0, MAX_QUERY_WORDS)
  if (words.length === 0) return undefined
  return words.map((word) => `${word.slice(0, MAX_WORD_CHARACTERS)}:*`).join(' & ')
}

/** What is stored with a product so that it is found without accents and by its other names. */
export function searchWords(...texts: string[]): string {
  return [...new Set(texts.flatMap(foldWords))].join(' ')
}
