/** Where one step stands. */
export type StepState = 'done' | 'now' | 'later' | 'failed'

export type Step = { label: string; state: StepState; detail?: string | undefined }

/** The few visible steps of something that takes time, in order. `label` names the list. */
export function Steps({ label, steps }: { label: string; steps: readonly Step[] }) {
  return (
    <ol className="steps" aria-label={label}>
      {steps.map((step) => (
        <li key={step.label} data-step={step.state} aria-current={step.state === 'now' ? 'step' : undefined}>
          <span className="font-semibold">{step.label}</span>
          {step.detail ? <span className="muted">{step.detail}</span> : null}
        </li>
      ))}
    </ol>
  )
}
