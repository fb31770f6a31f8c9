import { blobSandbox } from './blob/blob.ts'
import { feedSandbox } from './feed/feed.ts'
import { digiflazzSandbox } from './digiflazz/digiflazz.ts'
import { inviteSandbox } from './invite/invite.ts'
import { messagesSandbox } from './messages/messages.ts'
import { midtransSandbox } from './midtrans/midtrans.ts'
import type { SandboxDefinition } from './sandbox.ts'
import { tokopaySandbox } from './tokopay/tokopay.ts'
import { vipResellerSandbox } from './vip-reseller/vip-reseller.ts'

/** Every provider that `main.ts` starts. A new one is a folder and a line here. */
export const SANDBOXES: readonly SandboxDefinition[] = [
  midtransSandbox,
  tokopaySandbox,
  vipResellerSandbox,
  digiflazzSandbox,
  messagesSandbox,
  feedSandbox,
  inviteSandbox,
  blobSandbox,
]
