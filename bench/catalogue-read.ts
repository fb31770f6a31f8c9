import { randomUUID } from 'node:crypto'
import { encodeCursor } from '../src/catalog/page-cursor.ts'
import { listServicesStatement } from '../src/catalog/catalog-view-store.ts'
import type { Scenario } from '../tools/run-bench.ts'
import { prepareShop } from './support/bench-shop.ts'
import { startChild } from './support/child.ts'
import { ROUND_SECONDS, takeTurns } from './support/figures.ts'
import { closedLoop, hammer, send } from './support/load.ts'

const CONNECTIONS = 16
const PAGE = 20
/** Above every product of the catalogue, so that a cursor there is the first page. */
const TOP_POPULARITY = 100_000_000
/** Twenty times the best uncached list of a peer, 101 a second. */
const TWENTY_PEERS = 2_020

/** The catalogue as JSON: 20 products with 200 prices out of 20,000. */
export const scenario: Scenario = {
  name: 'catalogue-read',
  about:
    'GET /api/services?limit=20 of 20,000 SKUs, beside the same query and the same bytes from a bare server',
  async run() {
    const shop = await prepareShop({ codes: 0 })
    const web = await shop.start('web')
    const bare = await startChild('bare-server.ts', { DATABASE_URL: shop.databaseUrl })
    const bareUrl = String(bare.ready)
    try {
      const kept = await send('GET', `${web.url}/api/services?limit=${PAGE}`)
      const { services } = JSON.parse(kept.body) as { services: unknown[] }
      if (services.length !== PAGE) throw new Error(`${services.length} products instead of ${PAGE}`)
      await bare.ask('keep', { bytes: Buffer.from(kept.body), contentType: 'application/json' })
      const { name = '', text } = listServicesStatement(pageAfter(randomUUID()))
      await bare.ask('prepare', { name, text })
      const load = { connections: CONNECTIONS, seconds: ROUND_SECONDS }
      const read = (makeUrl: () => string): Promise<number> =>
        closedLoop({ clients: CONNECTIONS, seconds: ROUND_SECONDS }, async () => {
          const answer = await send('GET', makeUrl())
          if (answer.status !== 200 || answer.body.length < kept.body.length / 2)
            throw new Error(`list refused: ${answer.status}`)
        })
      const { bytes, cached, query, uncached } = await takeTurns({
        bytes: () => hammer(`${bareUrl}/bytes`, load),
        cached: () => hammer(`${web.url}/api/services?limit=${PAGE}`, load),
        query: () => read(() => `${bareUrl}/query?values=${encodeURIComponent(valuesAfter(randomUUID()))}`),
        // A cursor nobody used before: an answer that no cache can have.
        uncached: () =>
          read(() => `${web.url}/api/services?limit=${PAGE}&cursor=${cursorAfter(randomUUID())}`),
      })
      return [
        {
          what: 'cached list, beside the same bytes',
          value: cached.median,
          range: [cached.low, cached.high],
          unit: 'requests/s',
          limit: bytes.median,
          limitRange: [bytes.low, bytes.high],
          limitShare: 60,
          atLeast: TWENTY_PEERS,
        },
        {
          what: 'uncached list, beside the same query',
          value: uncached.median,
          range: [uncached.low, uncached.high],
          unit: 'requests/s',
          limit: query.median,
          limitRange: [query.low, query.high],
          limitShare: 60,
        },
        { what: 'bytes of the answer', value: kept.body.length / 1_024, unit: 'KiB' },
      ]
    } finally {
      await bare.stop()
      await web.stop()
      await shop.drop()
    }
  },
}

function pageAfter(id: string): Parameters<typeof listServicesStatement>[0] {
  return { after: { popularity: TOP_POPULARITY, id }, limit: PAGE + 1 }
}

function valuesAfter(id: string): string {
  return JSON.stringify(listServicesStatement(pageAfter(id)).values)
}

function cursorAfter(id: string): string {
  return encodeCursor({ popularity: TOP_POPULARITY, id })
}
