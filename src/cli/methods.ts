import type { Environment } from '#platform/config.ts'
import { formatRupiah } from '#shared/money.ts'
import type { App } from '../app.ts'
import type { MethodChange, MethodRefusal, MethodSetting } from '../payments/method-view.ts'
import type { MethodCost } from '../payments/ports.ts'
import { closestName } from './closest-name.ts'
import { EXIT, UsageError, type ExitCode } from './command.ts'
import { readChange } from './methods/read-change.ts'
import { withApp } from './open-project.ts'
import { processTerminal, type Terminal } from './terminal.ts'

/** Shows and changes ways to pay. */
export async function runMethods(args: string[], env: Environment): Promise<ExitCode> {
  const wish = readWish(args)
  return await withApp(env, ({ app }) => carryOut(app, wish, processTerminal(env)))
}

/** The same on an open domain. */
export async function callMethods(
  app: Pick<App, 'methods'>,
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  return await carryOut(app, readWish(words), terminal)
}

type Wish = { kind: 'list' } | { kind: 'change'; method: string; change: MethodChange }

function readWish([verb = 'list', method, ...rest]: readonly string[]): Wish {
  switch (verb) {
    case 'list':
      return { kind: 'list' }
    case 'on':
    case 'off':
      return { kind: 'change', method: named(method), change: { enabled: verb === 'on' } }
    case 'set':
      return { kind: 'change', method: named(method), change: readChange(rest) }
    default:
      throw new UsageError('tulis / write: methods list | on | off | set')
  }
}

function named(method: string | undefined): string {
  if (method === undefined || method.startsWith('-'))
    throw new UsageError('sebut cara bayarnya / name the method: npx lapak methods list')
  return method
}

async function carryOut(app: Pick<App, 'methods'>, wish: Wish, terminal: Terminal): Promise<ExitCode> {
  if (wish.kind === 'list') {
    const methods = await app.methods.list()
    for (const method of methods) terminal.print(lineOf(method))
    if (methods.length === 0)
      terminal.tell('Belum ada penyedia pembayaran. No payment gateway is configured.')
    return EXIT.ok
  }
  const changed = await app.methods.change(wish.method, wish.change)
  if (changed.ok) {
    terminal.print(lineOf(changed.value))
    return EXIT.ok
  }
  return await refuse(app, wish.method, changed.error, terminal)
}

async function refuse(
  app: Pick<App, 'methods'>,
  method: string,
  error: MethodRefusal,
  terminal: Terminal,
): Promise<ExitCode> {
  switch (error.code) {
    case 'method_unknown': {
      const names = (await app.methods.list()).map((known) => known.method)
      const close = closestName(method, names)
      throw new UsageError(
        close === undefined ? `tulis / write: ${names.join(' | ')}` : `Maksudnya / did you mean: ${close}`,
      )
    }
    case 'qris_fee':
      terminal.tell(
        'Biaya QRIS tidak boleh dibebankan ke pembeli. Buyers may not be charged for QRIS, nor on a page that offers it.',
      )
      return EXIT.failed
    case 'invalid_request':
      terminal.tell(`Nilainya di luar batas. A value is out of range: ${error.detail}`)
      return EXIT.failed
  }
}

/** Of the longest name. */
const NAME_WIDTH = 21

function lineOf(setting: MethodSetting): string {
  const { position, method, enabled, label, minimum, maximum, cost, buyerPaysCost, lately } = setting
  return [
    String(position).padStart(2),
    enabled ? 'on ' : 'off',
    method.padEnd(NAME_WIDTH),
    `${formatRupiah(minimum)}–${formatRupiah(maximum)}`,
    `${costText(cost)} ${buyerPaysCost ? 'pembeli/buyer' : 'toko/shop'}`,
    `30 hari/days: ${lately.payments}× ${formatRupiah(lately.received)}, biaya/kept ${formatRupiah(lately.kept)}`,
    label,
  ].join('  ')
}

function costText({ fixed, bps }: MethodCost): string {
  const percent = `${Math.floor(bps / 100)},${String(bps % 100).padStart(2, '0')} %`
  return fixed === 0 ? percent : bps === 0 ? formatRupiah(fixed) : `${formatRupiah(fixed)} + ${percent}`
}
