import { openAccount } from '../src/ledger/index.ts'
import { openDatabase } from '../src/platform/database.ts'
import { checkInvariants } from '../test/support/invariants.ts'
import { createTestDatabase, queryAs } from '../test/support/test-database.ts'
import type { Measurement, Scenario } from '../tools/run-bench.ts'
import { startChild } from './support/child.ts'
import { ROUND_SECONDS, takeTurns } from './support/figures.ts'
import type { AccountPairs } from './support/ledger-posts.ts'

const CLIENTS = 8
const ACCOUNTS = 1_000
const HOT = 'bench:hot'

/** Posting to the books. */
export const scenario: Scenario = {
  name: 'ledger',
  about: 'postings in transactions of the shop, beside the posting function alone',
  async run() {
    const database = await createTestDatabase()
    const child = await startChild('bare-sql.ts')
    try {
      const codes = Array.from({ length: ACCOUNTS }, (_, index) => `bench:${index}`)
      await openAccounts(database.url, [...codes, HOT])
      const spread = codes.map((code, index) => [code, codes[(index * 7 + 1) % ACCOUNTS] ?? ''])
      const distinct = spread.filter(([debit, credit]) => debit !== credit)
      const hot = codes.map((code) => [code, HOT])
      const measure = async (
        what: string,
        accounts: AccountPairs,
        limitShare: number,
      ): Promise<Measurement> => {
        const question = {
          databaseUrl: database.url,
          accounts,
          load: { clients: CLIENTS, seconds: ROUND_SECONDS },
        }
        const { limit, ours } = await takeTurns({
          limit: () => child.ask<number>('postBare', question),
          ours: () => child.ask<number>('postOurs', question),
        })
        return {
          what: `${what}, ${CLIENTS} clients`,
          value: ours.median,
          range: [ours.low, ours.high],
          unit: 'postings/s',
          limit: limit.median,
          limitRange: [limit.low, limit.high],
          limitShare,
        }
      }
      const figures = [
        await measure('spread over 1,000 accounts', distinct, 50),
        await measure('one hot account', hot, 30),
      ]
      await queryAs(database.url, 'analyze')
      const broken = await checkInvariants(database.url)
      if (broken.length > 0) throw new Error(`broken books: ${JSON.stringify(broken)}`)
      return figures
    } finally {
      await child.stop()
      await database.drop()
    }
  },
}

async function openAccounts(databaseUrl: string, codes: readonly string[]): Promise<void> {
  const db = openDatabase({ url: databaseUrl, connections: 1 })
  await db.transaction('bench.open-accounts', { role: 'worker' }, async (tx) => {
    for (const code of codes) await openAccount(tx, { code, floor: null })
  })
  await db.close()
}
