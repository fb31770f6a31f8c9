import type { App } from '../../../src/app.ts'
import type { Locale } from '../../i18n/locale.ts'
import { supportTexts } from '../../i18n/support-texts.ts'

/** Ways to reach the shop, with the message begun; `whatsAppUrl` is null when the shop has no number. */
export type SupportLinks = { whatsAppUrl: string | null; emailUrl: string; email: string }

/** Links to the shop's people, about an order where one is named. */
export function supportLinks(shop: App['shop'], locale: Locale, orderNumber = ''): SupportLinks {
  const texts = supportTexts[locale]
  const phone = shop.supportWhatsApp.replace(/\D/g, '')
  const message = encodeURIComponent(texts.message(orderNumber))
  return {
    whatsAppUrl: phone ? `https://wa.me/${phone}?text=${message}` : null,
    emailUrl: `mailto:${shop.supportEmail}?subject=${encodeURIComponent(texts.subject(orderNumber))}`,
    email: shop.supportEmail,
  }
}
