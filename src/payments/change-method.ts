import { bumpTags } from '#platform/cache-tags.ts'
import type { Clock } from '#platform/clock.ts'
import type { Tx } from '#platform/database.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { listMethods, readSettings } from './list-methods.ts'
import { METHODS_TAG, type MethodsDeps } from './load-methods.ts'
import type { MethodChange, MethodRefusal, MethodSetting } from './method-view.ts'
import { mayChargeBuyer, mostOf, type Offering } from './payment-methods.ts'
import {
  lockSettings,
  upsertSettings,
  type SettingToStore,
  type StoredSetting,
} from './payment-methods-store.ts'
import type { GatewayMethod } from './ports.ts'

/** No gateway keeps more of a payment than this; above is a slip of the keyboard. */
export const MAX_COST = { fixed: 1_000_000, bps: 3_000 } as const

/**
 * Changes a way to pay: what is named, the rest stays. Takes effect in every process within about a second; orders that
 * exist keep their terms. Repeating it changes nothing. A new position moves the others along.
 */
export async function changeMethod(
  deps: MethodsDeps & { clock: Clock },
  method: string,
  change: MethodChange,
): Promise<Result<MethodSetting, MethodRefusal>> {
  const own = findMethod(deps.gateways, method)
  if (own === undefined) return err({ code: 'method_unknown', detail: `there is no method ${method}` })
  const changed = await deps.db.transaction('payments.change-method', { role: 'worker' }, async (tx) => {
    await lockSettings(tx)
    const { settings, stored } = await readSettings(tx, deps.gateways)
    const refusal = refuse(own, change, settings)
    if (refusal !== undefined) return err(refusal)
    await store(tx, deps, { own, change, settings, stored })
    await bumpTags(tx, [METHODS_TAG])
    return ok(undefined)
  })
  if (!changed.ok) return changed
  deps.cache?.clear([METHODS_TAG])
  const setting = (await listMethods(deps)).find((listed) => listed.method === method)
  if (setting === undefined) throw new Error(`method ${method} is gone`)
  return ok(setting)
}

function findMethod(gateways: Offering, method: string): GatewayMethod | undefined {
  return [...gateways.values()].flatMap(({ methods }) => methods).find((own) => own.method === method)
}

function refuse(
  own: GatewayMethod,
  change: MethodChange,
  settings: readonly MethodSetting[],
): MethodRefusal | undefined {
  const now = settings.find((setting) => setting.method === own.method)
  const minimum = change.minimum ?? now?.minimum ?? own.minimum
  const maximum = change.maximum ?? now?.maximum ?? own.maximum
  if (change.buyerPaysCost === true && !mayChargeBuyer(own))
    return { code: 'qris_fee', detail: 'buyers may not be charged for QRIS, nor on a page that offers it' }
  const fault =
    wrongWhole('position', change.position, 1, settings.length) ??
    wrongWhole('minimum', change.minimum, 1, mostOf(own)) ??
    wrongWhole('maximum', change.maximum, 1, mostOf(own)) ??
    wrongWhole('cost.fixed', change.cost?.fixed, 0, MAX_COST.fixed) ??
    wrongWhole('cost.bps', change.cost?.bps, 0, MAX_COST.bps) ??
    (minimum > maximum ? 'minimum is above maximum' : undefined)
  return fault === undefined ? undefined : { code: 'invalid_request', detail: fault }
}

function wrongWhole(
  name: string,
  value: number | undefined,
  least: number,
  most: number,
): string | undefined {
  if (value === undefined || (Number.isSafeInteger(value) && value >= least && value <= most))
    return undefined
  return `${name} is a whole number from ${least} to ${most}`
}

async function store(
  tx: Tx,
  deps: { gateways: Offering; clock: Clock },
  {
    own,
    change,
    settings,
    stored,
  }: {
    own: GatewayMethod
    change: MethodChange
    settings: readonly MethodSetting[]
    stored: readonly StoredSetting[]
  },
): Promise<void> {
  const earlier = new Map(stored.map((setting) => [setting.method, setting]))
  const order = change.position === undefined ? undefined : moved(settings, own.method, change.position)
  const toStore = settings.flatMap(({ method, group }): SettingToStore[] => {
    const position = order === undefined ? earlier.get(method)?.position : order.indexOf(method) + 1
    const kept = toSetting({ method, group }, earlier.get(method), position ?? null)
    if (method === own.method) return [withChange(kept, change)]
    return order === undefined ? [] : [kept]
  })
  await upsertSettings(tx, toStore, deps.clock.now())
}

function moved(settings: readonly MethodSetting[], method: string, position: number): string[] {
  const others = settings.map((setting) => setting.method).filter((other) => other !== method)
  return [...others.slice(0, position - 1), method, ...others.slice(position - 1)]
}

function toSetting(
  { method, group }: Pick<MethodSetting, 'method' | 'group'>,
  stored: StoredSetting | undefined,
  position: number | null,
): SettingToStore {
  const { costFixed = null, costBps = null } = stored ?? {}
  return {
    method,
    group,
    position,
    enabled: stored?.enabled ?? null,
    minimum: stored?.minimum ?? null,
    maximum: stored?.maximum ?? null,
    cost: costFixed === null || costBps === null ? null : { fixed: costFixed, bps: costBps },
    buyerPaysCost: stored?.buyerPaysCost ?? false,
  }
}

function withChange(setting: SettingToStore, change: MethodChange): SettingToStore {
  return {
    ...setting,
    enabled: change.enabled ?? setting.enabled,
    minimum: change.minimum ?? setting.minimum,
    maximum: change.maximum ?? setting.maximum,
    cost: change.cost ?? setting.cost,
    buyerPaysCost: change.buyerPaysCost ?? setting.buyerPaysCost,
  }
}
