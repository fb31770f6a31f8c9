import { elapsedMs } from '#platform/clock.ts'

/** Which hosts are left alone for a while, in this process. */
export type HostRest = {
  /** Seconds until the host may be asked again; 0 when it may. */
  secondsLeft(host: string): number
  rest(host: string, seconds: number): void
  noteSuccess(host: string): void
  /** A failure that may be the host's as a whole; several in a row make it rest. */
  noteTrouble(host: string): void
}

/** Failures in a row after which every further one would only cost its ten seconds. */
const TROUBLE_LIMIT = 5
const TROUBLE_REST_SECONDS = 60
/** Hosts remembered; more of them in trouble at once means that the trouble is here. */
const MAX_HOSTS = 1_000

/** Keeps a dead host with thousands of pictures from holding up all others. */
export function createHostRest(): HostRest {
  const hosts = new Map<string, { failures: number; untilMs: number }>()
  function note(host: string, state: { failures: number; untilMs: number }): void {
    if (hosts.size >= MAX_HOSTS && !hosts.has(host)) hosts.clear()
    hosts.set(host, state)
  }
  return {
    secondsLeft(host) {
      return Math.max(0, ((hosts.get(host)?.untilMs ?? 0) - elapsedMs()) / 1_000)
    },
    rest(host, seconds) {
      note(host, { failures: hosts.get(host)?.failures ?? 0, untilMs: elapsedMs() + seconds * 1_000 })
    },
    noteSuccess(host) {
      hosts.delete(host)
    },
    noteTrouble(host) {
      const failures = (hosts.get(host)?.failures ?? 0) + 1
      const untilMs = failures >= TROUBLE_LIMIT ? elapsedMs() + TROUBLE_REST_SECONDS * 1_000 : 0
      note(host, { failures, untilMs })
    },
  }
}
