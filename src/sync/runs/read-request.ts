import { err, ok, type Result } from '#shared/result.ts'
import type { Connection, Stream } from '../connection.ts'
import type { RunMode, SyncRefusal, SyncRequest } from '../run-view.ts'

/** The streams and the range of a request, once it makes sense. */
export type Wanted = { mode: RunMode; from: Date | null; to: Date | null; streams: Stream[] }

/**
 * Reads a request against the connection it names. A range needs streams that can be asked for changes: without names
 * the others are left out, by name they are refused.
 */
export function readRequest(
  connection: Connection,
  request: Pick<SyncRequest, 'streams' | 'mode' | 'from' | 'to'>,
): Result<Wanted, SyncRefusal> {
  const { mode, from = null, to = null } = request
  const named = request.streams !== undefined && request.streams.length > 0
  const known = new Set(connection.streams.map((stream) => stream.name))
  if (request.streams?.some((name) => !known.has(name))) return err({ code: 'unknown_stream' })
  if (!isRange(mode, from, to)) return err({ code: 'bad_range' })
  const wanted = connection.streams.filter((stream) => !named || request.streams?.includes(stream.name))
  const streams = wanted.filter((stream) => canRun(stream, mode))
  const isShort = named ? streams.length < wanted.length : !streams.some((stream) => stream.kind !== 'work')
  if (mode === 'range' && isShort) return err({ code: 'range_not_supported' })
  return ok({ mode, from, to, streams: streams.length > 0 ? streams : wanted })
}

/** Both ends for a range, in order; none for everything else. */
function isRange(mode: RunMode, from: Date | null, to: Date | null): boolean {
  if (mode !== 'range') return from === null && to === null
  return from !== null && to !== null && from.getTime() <= to.getTime()
}

function canRun(stream: Stream, mode: RunMode): boolean {
  if (mode === 'range') return stream.kind === 'work' || (stream.kind === 'pull' && stream.hasChanges)
  if (mode === 'replay') return stream.kind !== 'work'
  return true
}
