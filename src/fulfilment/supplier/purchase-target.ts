/** Names of input fields that say who gets the goods, best first. */
const TARGET_FIELDS = [
  'user_id',
  'userId',
  'player_id',
  'riot_id',
  'account_id',
  'customer_no',
  'meter',
  'meter_number',
  'phone',
  'phone_number',
  'username',
  'target',
  'id',
  'email',
]
/** Names of input fields that say where: the game's zone or server. */
const ZONE_FIELDS = ['zone_id', 'zoneId', 'zone', 'server_id', 'server']
/** The supplier insists on a target even for a voucher; this is what goes out when there is nobody to name. */
const NO_TARGET = '-'

/**
 * What to send as target and zone for a buyer's input. Unknown field names count as the target. A product without
 * fields (a voucher) goes to the buyer's phone number, or to a dash.
 */
export function purchaseTarget(
  input: Readonly<Record<string, string>>,
  phone?: string,
): { targetNo: string; targetZone: string } {
  const filled = Object.entries(input).filter(([, value]) => value.trim() !== '')
  const values = new Map(filled.map(([name, value]) => [name, value.trim()]))
  const zoneField = ZONE_FIELDS.find((name) => values.has(name))
  const targetField =
    TARGET_FIELDS.find((name) => values.has(name)) ?? [...values.keys()].find((name) => name !== zoneField)
  const targetNo = targetField === undefined ? (phone ?? NO_TARGET) : (values.get(targetField) ?? NO_TARGET)
  return { targetNo, targetZone: zoneField === undefined ? '' : (values.get(zoneField) ?? '') }
}
