import type { Database } from '#platform/database.ts'
import { acceptMessage, type InboxMessage } from '#platform/inbox.ts'
import type { KeyRing } from '#platform/sealing.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { PaymentGateways } from './gateways.ts'
import { findByReference } from './payment-store.ts'

/**
 * Verifies a gateway's message over its raw bytes and stores it in the inbox; the same message again is fine.
 * Nothing is decided here: a message only says which payment to ask about.
 */
export async function acceptGatewayMessage(
  deps: { db: Database; keys: KeyRing; gateways: PaymentGateways },
  provider: string,
  rawBody: Buffer,
  headers: Headers,
): Promise<Result<void, { code: 'forged' | 'malformed' | 'unknown_provider' }>> {
  const gateway = deps.gateways.get(provider)
  if (gateway === undefined) return err({ code: 'unknown_provider' })
  const read = gateway.readMessage(rawBody, headers)
  if (!read.ok) return err({ code: read.error.code })
  const { dedupe, reference } = read.value
  await acceptMessage(deps, { provider, dedupe, body: rawBody, reference })
  return ok(undefined)
}

/**
 * The payment that a stored message is about, to be asked about at its own gateway. Undefined when this gateway
 * has no payment of that reference yet: park the message, it may have overtaken our commit.
 */
export async function handleGatewayMessage(
  deps: { db: Database },
  message: Pick<InboxMessage, 'provider' | 'reference'>,
): Promise<string | undefined> {
  if (message.reference === null) return undefined
  return await findByReference(deps.db, message.provider, message.reference)
}
