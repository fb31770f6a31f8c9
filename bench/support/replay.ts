import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { newId, newOrderNumber } from '../../src/platform/ids.ts'
import { closedLoop } from './load.ts'
import type { Parameter, SentTransaction } from './wire-tap.ts'

/** What the shop sent for one request, and which ids in it belong to the catalogue. */
export type Script = { transactions: SentTransaction[]; kept: string[] }

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
const NUMBER = /LP-[0-9A-Z]{10}/g
const HASH = /\b[0-9a-f]{64}\b/g

/** A script of two recordings of the same request: ids that are in both are the catalogue's and stay as they are. */
export function toScript(first: SentTransaction[], second: SentTransaction[]): Script {
  const idsOf = (recording: SentTransaction[]): Set<string> =>
    new Set(JSON.stringify(recording).match(ID) ?? [])
  const other = idsOf(second)
  return { transactions: first, kept: [...idsOf(first)].filter((id) => other.has(id)) }
}

/**
 * Repeats a script with new ids, numbers and hashes on one prepared connection per client: the same statements, as
 * many round trips, and nothing else. Returns scripts per second.
 */
export async function replay(
  databaseUrl: string,
  script: Script,
  load: { clients: number; seconds: number },
): Promise<number> {
  const clients = await Promise.all(
    Array.from({ length: load.clients }, async () => {
      const client = new pg.Client({ connectionString: databaseUrl, pipeline: true })
      await client.connect()
      await runOnce(client, script)
      return client
    }),
  )
  const free = [...clients]
  const perSecond = await closedLoop(load, async () => {
    const client = free.pop()
    if (client === undefined) throw new Error('more work than clients')
    await runOnce(client, script)
    free.push(client)
  })
  await Promise.all(clients.map((client) => client.end()))
  return perSecond
}

async function runOnce(client: pg.Client, script: Script): Promise<void> {
  const renew = renewer(script.kept)
  for (const { batches } of script.transactions) {
    for (const batch of batches) {
      await Promise.all(
        batch.map(({ name, text, values }) =>
          client.query({ ...(name === '' ? {} : { name }), text, values: values.map(renew) }),
        ),
      )
    }
  }
}

/** A function that gives every id its own new one, the same each time it is met again. */
function renewer(kept: readonly string[]): (value: Parameter) => Parameter {
  const known = new Map<string, string>(kept.map((id) => [id, id]))
  function renewed(text: string, make: () => string): string {
    const value = known.get(text) ?? make()
    known.set(text, value)
    return value
  }
  const newHash = (): string => randomBytes(32).toString('hex')
  return (value) => {
    if (value === null) return null
    if (typeof value !== 'string') return Buffer.from(renewed(value.toString('hex'), newHash), 'hex')
    return value
      .replaceAll(ID, (id) => renewed(id, newId))
      .replaceAll(NUMBER, (number) => renewed(number, newOrderNumber))
      .replaceAll(HASH, (hash) => renewed(hash, newHash))
  }
}
