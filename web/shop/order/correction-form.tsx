import type { TrackLine } from '../../../src/orders/order-view.ts'
import { formatDateTime } from '../../i18n/dates.ts'
import { exitTexts } from '../../i18n/exit-texts.ts'
import { failureText } from '../../i18n/failure-texts.ts'
import { Button } from '../../ui/button.tsx'
import { Alert } from '../../ui/status.tsx'
import { InputControl } from '../catalog/input-control.tsx'
import type { ShownOrder } from './shown-order.ts'

/** What the supplier refused, to be put right, or the money back; each line has its own. */
export function CorrectionForm(props: ShownOrder & { line: TrackLine }) {
  const { line, locale, selfPath, answer } = props
  const { correction } = line
  if (!correction) return null
  const texts = exitTexts[locale]
  const refused = answer?.form === `correct-${line.position}` ? answer : undefined
  const id = `correct-${line.position}`
  return (
    <section className="correction stack" aria-labelledby={`${id}-title`}>
      <div className="grid gap-1">
        <h4 className="text-lg font-bold" id={`${id}-title`}>
          {texts.correctTitle}
        </h4>
        <p className="text-warn">{failureText(correction.why, locale)}</p>
        <p className="muted text-sm">
          {texts.correctText} {texts.correctUntil(formatDateTime(correction.until, locale))}
        </p>
      </div>
      <form method="post" action={selfPath} className="stack" data-send-once="">
        {refused ? (
          <Alert tone="bad" urgent title={refused.title}>
            {refused.text}
          </Alert>
        ) : null}
        <input type="hidden" name="line" value={line.position} />
        {correction.fields.map((field) => (
          <InputControl
            key={field.name}
            field={field}
            locale={locale}
            idPrefix={id}
            value={refused?.values[field.name] ?? correction.input[field.name] ?? ''}
            error={refused?.errors[field.name]}
          />
        ))}
        <Button look="primary" name="intent" value="correct">
          {texts.correctButton}
        </Button>
      </form>
      <details id={`${id}-decline`}>
        <summary className="muted py-2.5">{texts.declineAsk}</summary>
        <form method="post" action={selfPath} className="flex flex-wrap items-center gap-3" data-send-once="">
          <input type="hidden" name="line" value={line.position} />
          <p className="muted text-sm">{texts.declineHelp}</p>
          <Button size="small" name="intent" value="decline">
            {texts.decline}
          </Button>
        </form>
      </details>
    </section>
  )
}
