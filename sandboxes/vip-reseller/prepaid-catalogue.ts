import { hashText } from '../random.ts'
import { tiersFrom, type TierPrices } from './catalogue.ts'

export type PrepaidProduct = {
  brand: string
  code: string
  name: string
  note: string
  price: TierPrices
  status: 'available' | 'empty'
  multi_trx: boolean
  maintenance: string
  category: string
  prepost: 'prepaid'
  type: string
}

const OPERATORS: [string, string][] = [
  ['Telkomsel', 'TSEL'],
  ['Indosat', 'ISAT'],
  ['XL', 'XL'],
  ['Axis', 'AXIS'],
  ['Tri', 'TRI'],
  ['Smartfren', 'SF'],
  ['by.U', 'BYU'],
]
const EWALLETS: [string, string][] = [
  ['DANA', 'DANA'],
  ['OVO', 'OVO'],
  ['GoPay', 'GOPAY'],
  ['ShopeePay', 'SPAY'],
  ['LinkAja', 'LINK'],
  ['Mandiri e-Money', 'EMON'],
  ['BRIZZI', 'BRIZZI'],
  ['BNI TapCash', 'TAPC'],
  ['Maxim Driver', 'MAXIM'],
  ['Grab Driver', 'GRAB'],
]
const CREDIT_THOUSANDS = [
  1, 2, 3, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 80, 90, 100, 125, 150, 200, 250, 300, 500,
  1000,
]
const PLN_THOUSANDS = [20, 50, 100, 150, 200, 250, 300, 400, 500, 750, 1000, 2000, 5000]
const DATA_GIGABYTES = [
  1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 15, 18, 20, 25, 30, 35, 40, 50, 60, 75, 90, 100, 120, 150,
]
const DATA_DAYS = [1, 3, 5, 7, 14, 28, 30]
const CALL_MINUTES = [30, 60, 100, 150, 200, 300, 500, 1000]
const ADMIN_FEE = 850
const EMPTY_EVERY = 23

/** Returns the whole prepaid catalogue, the same in every run. */
export function createPrepaidCatalogue(): PrepaidProduct[] {
  return [...credit(), ...data(), ...calls(), ...electricity(), ...wallets()]
}

function credit(): PrepaidProduct[] {
  return OPERATORS.flatMap(([brand, prefix]) =>
    ['Reguler', 'Transfer'].flatMap((category) =>
      CREDIT_THOUSANDS.map((thousand) => {
        const isRegular = category === 'Reguler'
        const code = `${prefix}${isRegular ? '' : 'T'}${thousand}`
        const type = isRegular ? 'pulsa-reguler' : 'pulsa-transfer'
        return row(
          { brand, code, name: `${brand} ${thousand}.000`, category, type },
          thousand * 1000 + ADMIN_FEE,
        )
      }),
    ),
  )
}

function data(): PrepaidProduct[] {
  return OPERATORS.flatMap(([brand, prefix]) =>
    DATA_GIGABYTES.flatMap((gigabytes) =>
      DATA_DAYS.map((days) => {
        const special = 2_500 + gigabytes * (1_100 + days * 45)
        const name = `${brand} Data ${gigabytes} GB / ${days} Hari`
        return row(
          { brand, code: `${prefix}D${gigabytes}H${days}`, name, category: 'Umum', type: 'paket-internet' },
          special,
        )
      }),
    ),
  )
}

function calls(): PrepaidProduct[] {
  return OPERATORS.flatMap(([brand, prefix]) =>
    CALL_MINUTES.map((minutes) =>
      row(
        {
          brand,
          code: `${prefix}TLP${minutes}`,
          name: `${brand} Nelpon ${minutes} Menit`,
          category: 'Umum',
          type: 'paket-telepon',
        },
        2_000 + minutes * 75,
      ),
    ),
  )
}

function electricity(): PrepaidProduct[] {
  return PLN_THOUSANDS.map((thousand) =>
    row(
      {
        brand: 'PLN',
        code: `PLN${thousand}`,
        name: `Token PLN ${thousand}.000`,
        category: 'Token',
        type: 'token-pln',
      },
      thousand * 1000 + 1_000,
    ),
  )
}

function wallets(): PrepaidProduct[] {
  return EWALLETS.flatMap(([brand, prefix]) =>
    CREDIT_THOUSANDS.map((thousand) =>
      row(
        {
          brand,
          code: `${prefix}${thousand}`,
          name: `${brand} ${thousand}.000`,
          category: 'Saldo',
          type: 'saldo-emoney',
        },
        thousand * 1000 + ADMIN_FEE,
      ),
    ),
  )
}

type RowNames = Pick<PrepaidProduct, 'brand' | 'code' | 'name' | 'category' | 'type'>

function row(names: RowNames, special: number): PrepaidProduct {
  return {
    ...names,
    note: '-',
    price: tiersFrom(special),
    status: hashText(names.code) % EMPTY_EVERY === 0 ? 'empty' : 'available',
    multi_trx: names.type !== 'pulsa-transfer',
    maintenance: '-',
    prepost: 'prepaid',
  }
}
