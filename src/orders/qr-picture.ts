import { findPaymentForView } from '#payments'
import type { Clock } from '#platform/clock.ts'
import type { Database } from '#platform/database.ts'
import sharp from 'sharp'
import { renderSVG } from 'uqr'
import { findOrderByToken } from './orders-store.ts'
import { hashToken, isTrackingToken } from './tracking-token.ts'

/** Light modules around the code that scanners need to find it. */
const QUIET_MODULES = 4
/** Wide enough to be scanned from a printed page or another screen, in pixels; the real picture is at least this wide. */
const LEAST_WIDTH = 600
/** Some wallets read a picture from the gallery with losses: a fifth of it may be damaged. */
const CORRECTION = 'Q'

/**
 * The QR code of the payment that an order waits for, as a PNG; undefined for unknown tokens and when there is none to
 * pay. Row security shows a token its own order only.
 */
export async function qrPicture(
  deps: { db: Database; clock: Clock },
  token: string,
): Promise<Buffer | undefined> {
  if (!isTrackingToken(token)) return undefined
  const tokenHash = hashToken(token)
  const payment = await deps.db.transaction('orders.qr-picture', { role: 'web', tokenHash }, async (tx) => {
    const order = await findOrderByToken(tx, tokenHash)
    return order?.state === 'WAITING_PAYMENT' ? (await findPaymentForView(tx, order.id))?.payment : undefined
  })
  if (payment?.qrString == null || payment.state !== 'PENDING') return undefined
  return payment.expiresAt > deps.clock.now() ? await drawQr(payment.qrString) : undefined
}

/** A text as a QR code in black on white, with its quiet zone, at least LEAST_WIDTH pixels wide. */
export async function drawQr(text: string): Promise<Buffer> {
  const svg = renderSVG(text, { border: QUIET_MODULES, ecc: CORRECTION, pixelSize: 1 })
  const modules = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1])
  const width = modules * Math.ceil(LEAST_WIDTH / modules)
  // Whole pixels per module, and no smoothing between them.
  return await sharp(Buffer.from(svg))
    .resize(width, width, { kernel: 'nearest' })
    .grayscale()
    .png()
    .toBuffer()
}
