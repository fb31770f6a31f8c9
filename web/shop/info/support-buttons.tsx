import type { Locale } from '../../i18n/locale.ts'
import { supportTexts } from '../../i18n/support-texts.ts'
import { ButtonLink } from '../../ui/button.tsx'
import type { SupportLinks } from './support-links.ts'

/** Buttons that open a message to the shop, and its address for those who write elsewhere. */
export function SupportButtons({ links, locale }: { links: SupportLinks; locale: Locale }) {
  const texts = supportTexts[locale]
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap gap-3">
        {links.whatsAppUrl ? (
          <ButtonLink href={links.whatsAppUrl} rel="noopener">
            {texts.whatsApp}
          </ButtonLink>
        ) : null}
        <ButtonLink href={links.emailUrl}>{texts.email}</ButtonLink>
      </div>
      <p className="muted break-all">{links.email}</p>
    </div>
  )
}
