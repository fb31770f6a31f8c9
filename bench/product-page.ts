import type { Scenario } from '../tools/run-bench.ts'
import { prepareShop, type ShopProcess } from './support/bench-shop.ts'
import { startChild } from './support/child.ts'
import { ROUND_SECONDS, ROUNDS, spreadOf, takeTurns } from './support/figures.ts'
import { hammer, send } from './support/load.ts'

const CONNECTIONS = 16
const WARM_PAGES = 300
/** Pages rendered per round; each product is asked for in one language once. */
const PAGES_PER_ROUND = 300

/** The page of one product, for a visitor without cookies. */
export const scenario: Scenario = {
  name: 'product-page',
  about: 'GET /products/:slug, kept and newly rendered, beside the same bytes from a bare server',
  async run() {
    const shop = await prepareShop({ codes: 0 })
    const web = await shop.start('web')
    const bare = await startChild('bare-server.ts')
    try {
      const address = `${web.url}/products/game-1`
      const kept = await send('GET', address)
      if (kept.status !== 200 || !kept.body.includes('Game 1 Legenda'))
        throw new Error(`no product page: ${kept.status}`)
      await bare.ask('keep', { bytes: Buffer.from(kept.body), contentType: 'text/html; charset=utf-8' })
      const load = { connections: CONNECTIONS, seconds: ROUND_SECONDS }
      const { bytes, cached } = await takeTurns({
        bytes: () => hammer(`${String(bare.ready)}/bytes`, load),
        cached: () => hammer(address, load),
      })
      let page = 1
      const next = (): string => {
        page += 1
        return `${web.url}/products/game-${1 + (page % 2_000)}${page > 2_000 ? '?lang=en' : ''}`
      }
      await render(web, WARM_PAGES, next)
      const cpu: number[] = []
      for (let round = 0; round < ROUNDS; round += 1) cpu.push(await render(web, PAGES_PER_ROUND, next))
      const rendering = spreadOf(cpu)
      return [
        {
          what: 'kept page, beside the same bytes',
          value: cached.median,
          range: [cached.low, cached.high],
          unit: 'requests/s',
          limit: bytes.median,
          limitRange: [bytes.low, bytes.high],
          limitShare: 60,
        },
        {
          what: 'CPU of the process per newly rendered page',
          value: rendering.median,
          range: [rendering.low, rendering.high],
          unit: 'ms',
          atMost: 3,
        },
        { what: 'bytes of the page, uncompressed', value: kept.body.length / 1_024, unit: 'KiB' },
      ]
    } finally {
      await bare.stop()
      await web.stop()
      await shop.drop()
    }
  },
}

/** Asks for so many pages that nobody asked for before. Returns the CPU milliseconds of each. */
async function render(web: ShopProcess, pages: number, next: () => string): Promise<number> {
  const before = await web.usage()
  for (let done = 0; done < pages; done += 1) {
    const answer = await send('GET', next())
    if (answer.status !== 200) throw new Error(`page refused: ${answer.status}`)
  }
  const after = await web.usage()
  return (after.cpuMicroseconds - before.cpuMicroseconds) / 1_000 / pages
}
