import { randomBytes } from 'node:crypto'
import { connectAsOwner, type Owner } from './owner.ts'
import { createTestDatabase } from '../../support/test-database.ts'
import type { Provider } from './child.ts'
import { startCrew, type Crew } from './crew.ts'
import { createDomainTables } from './domain-tables.ts'
import type { Scenario } from './scenario.ts'
import type { Rewrite } from './statement-tap.ts'

/** Small waits, so that a seed takes seconds. */
const TIMING = { turnSeconds: 0.3, retryBaseMs: 20, retryMaxMs: 150, stallSeconds: 60, circuitSeconds: 0.25 }

/** Where one seed plays: its database, its world at the provider, its workers. */
export type Stage = {
  url: string
  owner: Owner
  world: string
  provider: Provider
  crew: Crew
  scenario: Scenario
  strike(): Promise<void>
}

export type StageOptions = {
  provider: Provider
  rewrites?: readonly Rewrite[]
  /** Makes something else of the seed's scenario. */
  provoke?: (scenario: Scenario) => Scenario
  /** Where databases are made; by default in the cluster of the tests. */
  createDatabase?: () => Promise<{ url: string; drop(): Promise<void> }>
  /** False for large loads, whose history would fill the disk. */
  watches?: boolean
}

/** Sets the stage of a scenario and starts its workers. */
export async function setStage(scenario: Scenario, options: StageOptions): Promise<Stage> {
  const database = await (options.createDatabase ?? (() => createTestDatabase(1)))()
  const world = `w${scenario.seed}-${randomBytes(4).toString('hex')}`
  const { provider } = options
  await createDomainTables(database.url, options.watches ?? true)
  await provider.create(world, scenario.world)
  const owner = await connectAsOwner(database.url)
  const crew = await startCrew({
    setup: {
      databaseUrl: database.url,
      providerUrl: `${provider.url}/${world}`,
      timeoutMs: scenario.callTimeoutMs,
      options: scenario.options,
      timing: { ...TIMING, leaseSeconds: scenario.leaseSeconds },
      keys: randomBytes(32).toString('base64'),
    },
    kills: scenario.kills,
    rewrites: options.rewrites ?? [],
  })
  return {
    url: database.url,
    owner,
    world,
    provider,
    crew,
    scenario,
    async strike() {
      await crew.stop()
      await provider.forget(world)
      await owner.close()
      await database.drop()
    },
  }
}
