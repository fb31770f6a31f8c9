/**
 * An expected outcome: a value, or an error with a discriminating `code`.
 * Bugs and broken infrastructure throw instead.
 */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E }

/** A successful result. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value }
}

/** An expected failure. */
export function err<const E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error }
}

/** Fails to compile when a union member was not handled; throws if reached at run time. */
export function unreachable(value: never): never {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`)
}
