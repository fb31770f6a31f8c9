import { Hono, type Context } from 'hono'
import type { Sandbox, SandboxContext, SandboxDefinition } from '../sandbox.ts'
import { accessProblem } from './access.ts'
import { createVipControl } from './control-routes.ts'
import { gameFeature } from './game-feature.ts'
import { renderHomePage } from './home-page.ts'
import { isOpen, scheduleProgress } from './place-order.ts'
import { prepaid } from './prepaid.ts'
import { readForm, type RequestForm } from './request-form.ts'
import { socialMedia } from './social-media.ts'
import { accept, type VipAnswer } from './vip-answer.ts'
import { createVip, resetVip, type Vip, type VipOrder } from './vip-state.ts'

type Handler = (vip: Vip, form: RequestForm) => VipAnswer | Promise<VipAnswer>

/** Orders kept over a restart; more than a demo ever has. */
const MAX_SAVED = 2_000

/** The VIP-Reseller sandbox; the API is under `/api`. */
export const vipResellerSandbox: SandboxDefinition = {
  name: 'vip-reseller',
  title: 'VIP-Reseller (pemasok)',
  portOffset: 3,
  create: createVipReseller,
}

function createVipReseller(context: SandboxContext): Sandbox {
  const vip = createVip(context)
  const app = new Hono()
  app.get('/', (c) => c.html(renderHomePage(vip)))
  app.post('/api/profile', (c) => answer(vip, c, profile, false))
  app.post('/api/game-feature', (c) => answer(vip, c, gameFeature))
  app.post('/api/prepaid', (c) => answer(vip, c, prepaid))
  app.post('/api/social-media', (c) => answer(vip, c, socialMedia))
  app.route('/', createVipControl(vip))
  return {
    app,
    state: () => ({
      settings: vip.settings,
      outcomes: vip.outcomes,
      orders: vip.orders,
      services: { game: vip.games.length, prepaid: vip.prepaid.length, social: vip.social.length },
    }),
    save: () => ({ balance: vip.settings.balance, orders: vip.orders.slice(-MAX_SAVED) }),
    restore(saved) {
      const { balance, orders } = saved as { balance: number; orders: VipOrder[] }
      vip.settings.balance = balance
      vip.orders = orders
      orders.filter(isOpen).forEach((order) => scheduleProgress(vip, order))
    },
    reset: () => resetVip(vip),
  }
}

/** Every answer is HTTP 200; success and failure are told apart by `result`. */
async function answer(vip: Vip, c: Context, handler: Handler, needsType = true): Promise<Response> {
  const form = await readForm(c, vip.settings.acceptJson)
  const problem = accessProblem(vip, form, { peer: c.req.header('x-sandbox-peer') ?? '', needsType })
  return c.json(problem ?? (await handler(vip, form)))
}

function profile(vip: Vip): VipAnswer {
  const data = {
    full_name: 'Toko Contoh',
    username: 'tokocontoh',
    balance: vip.settings.balance,
    point: 0,
    level: vip.settings.level,
    registered: '2025-01-15 09:30:00',
  }
  return accept(data, 'Successfully got your account details.')
}
