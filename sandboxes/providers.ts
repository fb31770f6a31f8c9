import { midtransSandbox } from './midtrans/midtrans.ts'
import type { SandboxDefinition } from './sandbox.ts'

/** Every provider that `main.ts` starts. A new one is a folder and a line here. */
export const SANDBOXES: readonly SandboxDefinition[] = [midtransSandbox]
