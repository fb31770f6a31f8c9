import type { ButtonHTMLAttributes, ReactNode } from 'react'

type Look = 'primary' | 'plain' | 'quiet'
type Size = 'normal' | 'small'

const LOOKS: Record<Look, string> = {
  primary: 'button button-primary',
  plain: 'button',
  quiet: 'button button-quiet',
}

/** The class names that make an element look like a button of this shop. */
export function buttonClass(look: Look = 'plain', size: Size = 'normal', more = ''): string {
  return [LOOKS[look], size === 'small' ? 'button-small' : '', more].filter(Boolean).join(' ')
}

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & { look?: Look; size?: Size }

/** A button; submits its form unless `type` says otherwise. */
export function Button({ look, size, className, ...rest }: ButtonProps) {
  return <button className={buttonClass(look, size, className)} {...rest} />
}

type ButtonLinkProps = {
  href: string
  look?: Look
  size?: Size
  className?: string
  rel?: string
  children: ReactNode
}

/** A link drawn as a button, for going somewhere rather than doing something. */
export function ButtonLink({ look, size, className, children, ...rest }: ButtonLinkProps) {
  return (
    <a className={buttonClass(look, size, className)} {...rest}>
      {children}
    </a>
  )
}
