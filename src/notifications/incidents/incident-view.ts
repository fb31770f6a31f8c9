/** A trouble of the shop, as the command line shows it. */
export type IncidentView = {
  id: string
  kind: string
  subject: string
  /** What is wrong, in one line. */
  title: string
  titleEn: string
  state: 'OPEN' | 'ACKNOWLEDGED' | 'RESOLVED'
  count: number
  openedAt: string
  resolvedAt: string | null
  acknowledgedBy: string | null
}
