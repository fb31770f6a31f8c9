import { Hono } from 'hono'
import type { Sandbox, SandboxContext, SandboxDefinition } from '../sandbox.ts'
import { statusOf, type Bill } from './bill.ts'
import { createTokopayControl } from './control-routes.ts'
import { renderHomePage } from './home-page.ts'
import { createOrderRoutes } from './order-routes.ts'
import { createPayPageRoutes } from './pay-page-routes.ts'
import { createTokopay, defaultSettings } from './tokopay-state.ts'

/** Bills kept over a restart; more than a demo ever has. */
const MAX_SAVED = 2_000

/** The Tokopay sandbox: orders, pay page and webhooks on one port. */
export const tokopaySandbox: SandboxDefinition = {
  name: 'tokopay',
  title: 'Tokopay (pembayaran)',
  portOffset: 2,
  create: createTokopaySandbox,
}

function createTokopaySandbox(context: SandboxContext): Sandbox {
  const tokopay = createTokopay(context)
  const app = new Hono()
  app.get('/', (c) => c.html(renderHomePage(tokopay)))
  app.route('/', createTokopayControl(tokopay))
  app.route('/', createPayPageRoutes(tokopay))
  app.route('/', createOrderRoutes(tokopay))
  return {
    app,
    state: () => ({
      settings: tokopay.settings,
      bills: [...tokopay.bills.values()].map((bill) => ({ ...bill, status: statusOf(tokopay, bill) })),
      webhooks: tokopay.sender.log(),
    }),
    save: () => [...tokopay.bills].slice(-MAX_SAVED),
    restore(saved) {
      tokopay.bills = new Map(saved as [string, Bill][])
    },
    reset() {
      tokopay.bills.clear()
      tokopay.sender.reset()
      Object.assign(tokopay.settings, defaultSettings(context))
    },
  }
}
