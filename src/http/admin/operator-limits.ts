/** The supplier that is meant when none is named. */
export const DEFAULT_SUPPLIER = 'vip-reseller'

/** Operator work talks to providers call by call; a proxy in front must allow as much. */
export const OPERATOR_TIMEOUT_MS = 120_000
