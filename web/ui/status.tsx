import type { ReactNode } from 'react'

/** What a colour means; the text beside it always says the same in words. */
export type Tone = 'wait' | 'busy' | 'good' | 'bad' | 'calm'

/** A short state in words, coloured. */
export function Pill({ tone, children }: { tone: Tone; children: ReactNode }) {
  return <span className={`pill tone-${tone}`}>{children}</span>
}

/** A small neutral mark. */
export function Badge({ children }: { children: ReactNode }) {
  return <span className="badge">{children}</span>
}

type AlertProps = { tone: Tone; title: string; children?: ReactNode; urgent?: boolean }

/** A message in a box. `urgent` is spoken at once by screen readers: for what stops the reader. */
export function Alert({ tone, title, children, urgent }: AlertProps) {
  return (
    <div className={`alert tone-${tone}`} role={urgent ? 'alert' : undefined}>
      <strong>{title}</strong>
      {children ? <div>{children}</div> : null}
    </div>
  )
}

/** What a list shows when it has nothing to show: a sentence and a way on. */
export function EmptyState({ title, text, children }: { title: string; text: string; children?: ReactNode }) {
  return (
    <div className="card empty">
      <h2>{title}</h2>
      <p className="muted max-w-md">{text}</p>
      {children}
    </div>
  )
}
