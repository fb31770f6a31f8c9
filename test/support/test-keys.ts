import { randomBytes } from 'node:crypto'
import type { KeyRing } from '../../src/platform/sealing.ts'

/** A key ring of fresh random keys. */
export function testKeys(current = 'k1'): KeyRing {
  return {
    current,
    sealing: new Map([[current, randomBytes(32)]]),
    fingerprint: randomBytes(32),
    tracking: randomBytes(32),
  }
}
