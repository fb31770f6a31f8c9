import { Hono } from 'hono'
import type { Sandbox, SandboxContext, SandboxDefinition } from '../sandbox.ts'
import { createMidtransControl } from './control-routes.ts'
import { createCoreRoutes } from './core-routes.ts'
import { watchExpiry } from './create-transaction.ts'
import { renderHomePage } from './home-page.ts'
import { createMidtrans, defaultSettings } from './midtrans-state.ts'
import { createPayPageRoutes } from './pay-page-routes.ts'
import { createSnapRoutes } from './snap-routes.ts'
import type { SnapToken } from './snap-token.ts'
import type { Transaction } from './transaction.ts'

/** Payments kept over a restart; more than a demo ever has. */
const MAX_SAVED = 2_000

/** The Midtrans sandbox: Snap API, Core API, pay page and notifications on one port. */
export const midtransSandbox: SandboxDefinition = {
  name: 'midtrans',
  title: 'Midtrans (pembayaran)',
  portOffset: 1,
  create: createMidtransSandbox,
}

function createMidtransSandbox(context: SandboxContext): Sandbox {
  const midtrans = createMidtrans(context)
  const app = new Hono()
  app.get('/', (c) => c.html(renderHomePage(midtrans)))
  app.route('/', createMidtransControl(midtrans))
  app.route('/', createPayPageRoutes(midtrans))
  app.route('/', createSnapRoutes(midtrans))
  app.route('/', createCoreRoutes(midtrans))
  return {
    app,
    state: () => ({
      settings: midtrans.settings,
      transactions: midtrans.transactions,
      tokens: [...midtrans.tokens.values()],
    }),
    save: () => ({
      transactions: midtrans.transactions.slice(-MAX_SAVED),
      tokens: [...midtrans.tokens].slice(-MAX_SAVED),
    }),
    restore(saved) {
      const { transactions, tokens } = saved as { transactions: Transaction[]; tokens: [string, SnapToken][] }
      midtrans.transactions = transactions
      midtrans.tokens = new Map(tokens)
      transactions
        .filter(({ status }) => status === 'pending')
        .forEach((transaction) => watchExpiry(midtrans, transaction))
    },
    reset() {
      midtrans.transactions = []
      midtrans.tokens.clear()
      midtrans.idempotent.clear()
      midtrans.sender.reset()
      Object.assign(midtrans.settings, defaultSettings(context))
    },
  }
}
