import pg from 'pg'

/** A connection as the owner of the tables, for arranging and looking. */
export type Owner = {
  rows<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>
  /** Ends some connections of the workers, as a server that fails over does. */
  severWorkers(pick: number): Promise<void>
  close(): Promise<void>
}

/** Opens one connection and keeps it: a seed looks at its database hundreds of times. */
export async function connectAsOwner(url: string): Promise<Owner> {
  const client = new pg.Client({ connectionString: url })
  // A database that is dropped ends it; whoever uses it afterwards hears of that.
  client.on('error', () => undefined)
  await client.connect()
  await client.query('set role lapak_owner')
  return {
    async rows<Row>(text: string, values: readonly unknown[] = []) {
      return (await client.query(text, [...values])).rows as Row[]
    },
    async severWorkers(pick) {
      await client.query('reset role')
      await client.query(
        `select pg_terminate_backend(pid) from (
            select pid, row_number() over (order by pid) as place from pg_stat_activity
            where datname = current_database() and application_name ~ '^w[0-9]') workers
          where place % 3 = $1`,
        [pick % 3],
      )
      await client.query('set role lapak_owner')
    },
    close: () => client.end(),
  }
}
