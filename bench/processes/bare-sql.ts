import { serveParent } from '../support/child.ts'
import { postBare, postOurs } from '../support/ledger-posts.ts'
import { replay, type Script } from '../support/replay.ts'

type Load = { clients: number; seconds: number }

serveParent(
  null,
  {
    replay: ({ databaseUrl, script, load }: { databaseUrl: string; script: Script; load: Load }) =>
      replay(databaseUrl, script, load),
    postBare: ({ databaseUrl, accounts, load }: { databaseUrl: string; accounts: string[][]; load: Load }) =>
      postBare(databaseUrl, accounts, load),
    postOurs: ({ databaseUrl, accounts, load }: { databaseUrl: string; accounts: string[][]; load: Load }) =>
      postOurs(databaseUrl, accounts, load),
  },
  () => undefined,
)
