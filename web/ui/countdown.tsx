type CountdownProps = { until: string; urgentText: string; overText: string }

/**
 * Minutes and seconds left until an ISO instant, kept by the page's script. The space is reserved, so
 * nothing moves when the figures appear; the sentence beside it names the absolute time for everyone else.
 */
export function Countdown({ until, urgentText, overText }: CountdownProps) {
  return (
    <time
      className="countdown needs-script"
      dateTime={until}
      role="timer"
      data-countdown=""
      data-urgent-text={urgentText}
      data-over-text={overText}
    >
      {'\u00a0'}
    </time>
  )
}
