import { buttonClass } from './button.tsx'

type CopyButtonProps = { value: string; label: string; copiedLabel: string }

/** Copies `value`; needs the page's script and hides where scripts are off. `label` says what is copied. */
export function CopyButton({ value, label, copiedLabel }: CopyButtonProps) {
  return (
    <button
      type="button"
      className={buttonClass('plain', 'small', 'needs-script')}
      data-copy={value}
      data-copied-label={copiedLabel}
    >
      {label}
    </button>
  )
}
