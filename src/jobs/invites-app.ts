import { importAccounts, listAccounts, setAccountState } from '#fulfilment'
import type { App } from '../app.ts'
import type { Shop } from './shop.ts'

/** What operators may ask of the accounts that invite. */
export function invitesApp(shop: Shop): App['invites'] {
  return {
    accounts: () => listAccounts(shop),
    importAccounts: (accounts, by) => importAccounts(shop, accounts, by),
    setAccountState: (id, state, by) => setAccountState(shop, id, state, by),
  }
}
