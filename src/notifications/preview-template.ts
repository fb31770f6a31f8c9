import type { Locale, MessagePreview, TemplateName } from './message-view.ts'
import { renderLetter, type Sender } from './render-letter.ts'
import { isTemplateName, TEMPLATE_NAMES, writeExample } from './templates/templates.ts'

/** The names of all templates. */
export function listTemplates(): readonly TemplateName[] {
  return TEMPLATE_NAMES
}

/** A template with made-up values, as a mail; undefined for an unknown name. */
export function previewTemplate(name: string, sender: Sender, locale: Locale): MessagePreview | undefined {
  if (!isTemplateName(name)) return undefined
  return renderLetter(writeExample(name, locale), sender, locale)
}
