import type { InputHTMLAttributes, ReactNode, SelectHTMLAttributes } from 'react'

type FieldTexts = {
  id: string
  label: string
  help?: string | undefined
  error?: string | undefined
  /** Said after the label of a field that may stay empty. */
  optionalHint?: string | undefined
}

function describedBy({ id, help, error }: FieldTexts): string | undefined {
  const ids = [error ? `${id}-error` : '', help ? `${id}-help` : ''].filter(Boolean).join(' ')
  return ids || undefined
}

function FieldFrame({ texts, children }: { texts: FieldTexts; children: ReactNode }) {
  const { id, label, help, error, optionalHint } = texts
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {optionalHint ? <span className="muted"> ({optionalHint})</span> : null}
      </label>
      {children}
      {error ? (
        <p className="field-error" id={`${id}-error`}>
          {error}
        </p>
      ) : null}
      {help ? (
        <p className="field-help" id={`${id}-help`}>
          {help}
        </p>
      ) : null}
    </div>
  )
}

type InputFieldProps = FieldTexts & Omit<InputHTMLAttributes<HTMLInputElement>, 'id'>

/** A labelled text field; an error is tied to the input, so that screen readers speak it with the field. */
export function TextField({ id, label, help, error, optionalHint, ...input }: InputFieldProps) {
  const texts = { id, label, help, error, optionalHint }
  return (
    <FieldFrame texts={texts}>
      <input
        className="control"
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(texts)}
        {...input}
      />
    </FieldFrame>
  )
}

type SelectFieldProps = FieldTexts &
  Omit<SelectHTMLAttributes<HTMLSelectElement>, 'id'> & {
    options: readonly { value: string; label: string }[]
    /** The first, empty choice. */
    prompt: string
  }

/** A labelled list of choices. */
export function SelectField(props: SelectFieldProps) {
  const { id, label, help, error, optionalHint, options, prompt, ...select } = props
  const texts = { id, label, help, error, optionalHint }
  return (
    <FieldFrame texts={texts}>
      <select
        className="control"
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(texts)}
        {...select}
      >
        <option value="">{prompt}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </FieldFrame>
  )
}
