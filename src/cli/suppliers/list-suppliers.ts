import { formatRupiah } from '#shared/money.ts'
import type { SupplierView } from '../../fulfilment/supplier-view.ts'
import { amount } from '../prices/amounts.ts'
import { EXIT, type ExitCode } from '../command.ts'
import { grouped, safeText, wib } from '../sync/words.ts'
import type { SuppliersCall } from './suppliers-command.ts'

const PAUSES = {
  operator: 'DIJEDA oleh operator/PAUSED by an operator',
  low_balance: 'ISTIRAHAT, saldo kurang/AT REST, low balance',
} as const

/** Shows every supplier: balance, pause, record, what waits and which circuits are open. */
export async function listSuppliers({ app, terminal }: SuppliersCall): Promise<ExitCode> {
  const views = await app.suppliers.list()
  if (views.length === 0)
    terminal.tell('Belum ada pemasok; lihat .env.example. No supplier is configured yet.')
  for (const view of views) for (const line of supplierLines(view)) terminal.print(line)
  return EXIT.ok
}

function supplierLines(view: SupplierView): string[] {
  const { ended, delivered, p95Seconds } = view.lately
  const pause = view.pausedBy === null ? '' : `  ${PAUSES[view.pausedBy]}`
  const read = view.balanceAt === null ? '' : ` (${wib(view.balanceAt)})`
  const limit = view.lowBalance === null ? '' : ` · batas/limit ${formatRupiah(view.lowBalance)}`
  const pace = p95Seconds === null ? '' : ` · p95 ${p95Seconds} s`
  return [
    `${view.id}${pause}`,
    `  saldo/balance ${amount(view.balance)}${read}${limit}`,
    `  2 jam terakhir/last 2 hours: ${grouped(delivered)}/${grouped(ended)} terkirim/delivered${pace}`,
    ...(view.waiting === 0 ? [] : [`  ! ${grouped(view.waiting)} menunggu/waiting`]),
    ...view.circuits.map(
      ({ family, until, reason }) =>
        `  ! ${safeText(family)}: dihindari s/d/avoided until ${wib(until)}: ${safeText(reason)}`,
    ),
  ]
}
