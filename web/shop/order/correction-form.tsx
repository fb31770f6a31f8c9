import type { TrackLine } from '../../../src/orders/order-view.ts'
import { formatDateTime } from '../../i18n/dates.ts'
import { exitTexts } from '../../i18n/exit-texts.ts'
import { pickText } from '../../i18n/locale.ts'
import { Button } from '../../ui/button.tsx'
import { Alert } from '../../ui/status.tsx'
import { InputControl } from '../catalog/input-control.tsx'
import type { ShownOrder } from './shown-order.ts'

type CorrectionProps = ShownOrder & {
  line: TrackLine
  correction: NonNullable<TrackLine['correction']>
}

function Fields({ line, correction, locale, selfPath, answer }: CorrectionProps) {
  const id = `correct-${line.position}` as const
  const refused = answer?.form === id ? answer : undefined
  return (
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
        {exitTexts[locale].correctButton}
      </Button>
    </form>
  )
}

/** The supplier refused it: put it right in time, or have the money back. */
function Refused(props: CorrectionProps) {
  const { line, correction, locale, selfPath } = props
  const texts = exitTexts[locale]
  const id = `correct-${line.position}`
  return (
    <section className="correction stack" aria-labelledby={`${id}-title`}>
      <div className="grid gap-1">
        <h4 className="text-lg font-bold" id={`${id}-title`}>
          {texts.correctTitle}
        </h4>
        <p className="text-warn">{pickText(locale, correction.why, correction.whyEn)}</p>
        <p className="muted text-sm">
          {texts.correctText} {texts.correctUntil(formatDateTime(correction.until, locale))}
        </p>
      </div>
      <Fields {...props} />
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

/** What a buyer may put right on a line: asked for when it was refused, offered while nobody was asked yet. */
export function CorrectionForm(props: ShownOrder & { line: TrackLine }) {
  const { line, locale, answer } = props
  const { correction } = line
  if (!correction) return null
  if (line.status === 'NEEDS_INPUT') return <Refused {...props} correction={correction} />
  const id = `correct-${line.position}`
  return (
    <details className="fold" id={`${id}-early`} open={answer?.form === id}>
      <summary>{exitTexts[locale].correctEarlyTitle}</summary>
      <div className="stack">
        <p className="muted text-sm">{pickText(locale, correction.why, correction.whyEn)}</p>
        <Fields {...props} correction={correction} />
      </div>
    </details>
  )
}
