import type { Hono } from 'hono'
import type { SandboxClock } from './clock.ts'
import type { Faults } from './faults.ts'
import type { Random } from './random.ts'

/** What a provider sandbox is given to live on. */
export type SandboxContext = {
  /** Origin of the shop: webhooks go to `${appUrl}/api/webhooks/<provider>` unless configured otherwise. */
  appUrl: string
  clock: SandboxClock
  random: Random
  env: Record<string, string | undefined>
}

/** A running provider sandbox without its port. */
export type Sandbox = {
  app: Hono
  /** Everything the sandbox knows, as plain JSON for `/_sandbox/state`. */
  state(): unknown
  /** Back to the state right after start; also drops the settings made through control routes. */
  reset(): void
  /** What must survive a restart, as structured-clone data; read by `restore` of the next start. */
  save?(): unknown
  /** Takes back what `save` gave. Throws when it does not fit. */
  restore?(saved: unknown): void
  /** Opens further ports (SMTP) beside the HTTP one and returns their URLs by name. */
  listenBeside?(
    host: string,
    port: number,
    faults: Faults,
  ): Promise<{ urls: Record<string, string>; close(): Promise<void> }>
}

/** One entry of the provider list: a folder's door. */
export type SandboxDefinition = {
  name: string
  title: string
  /** Port relative to the index page's port; fixed by the contract. */
  portOffset: number
  create(context: SandboxContext): Sandbox
}
