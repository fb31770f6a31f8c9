import { checkoutTexts } from '../../i18n/checkout-texts.ts'
import type { Locale } from '../../i18n/locale.ts'
import { TextField } from '../../ui/field.tsx'
import type { CheckoutErrors, CheckoutValues } from './checkout-form.ts'

type ContactCardProps = {
  locale: Locale
  values: CheckoutValues | undefined
  errors: CheckoutErrors
  /** Who is invited, where something is sent by invitation: most people buy for themselves. */
  invited: string | undefined
}

/** Who buys, and where the order link goes. */
export function ContactCard({ locale, values, errors, invited }: ContactCardProps) {
  const texts = checkoutTexts[locale]
  return (
    <section className="card stack" aria-labelledby="contact-title">
      <div>
        <h2 id="contact-title">{texts.contactTitle}</h2>
        <p className="muted text-sm">{texts.contactHelp}</p>
      </div>
      <TextField
        id="name"
        name="name"
        label={texts.name}
        autoComplete="name"
        required
        maxLength={100}
        defaultValue={values?.name}
        error={errors.name}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          id="phone"
          name="phone"
          type="tel"
          inputMode="tel"
          label={texts.phone}
          help={texts.phoneHelp}
          autoComplete="tel"
          required
          maxLength={24}
          defaultValue={values?.phone}
          error={errors.phone}
        />
        <TextField
          id="email"
          name="email"
          type="email"
          inputMode="email"
          label={texts.email}
          autoComplete="email"
          required
          maxLength={254}
          help={invited ? texts.inviteEmailSame : undefined}
          defaultValue={values?.email ?? invited}
          error={errors.email}
        />
      </div>
    </section>
  )
}
