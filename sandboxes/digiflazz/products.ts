import { hashText } from '../random.ts'
import { GAME_BRANDS, OPERATORS, SUBSCRIPTIONS, VOUCHERS, WALLETS } from './product-lists.ts'

/** A prepaid row. Prices in whole rupiah. @see suppliers.md 2.3 */
export type Product = {
  product_name: string
  category: string
  brand: string
  type: string
  seller_name: string
  price: number
  buyer_sku_code: string
  buyer_product_status: boolean
  seller_product_status: boolean
  unlimited_stock: boolean
  stock: number
  multi: boolean
  start_cut_off: string
  end_cut_off: string
  desc: string
}

/** A postpaid row: a bill that is inquired before it is paid. */
export type PostpaidProduct = {
  product_name: string
  category: string
  brand: string
  seller_name: string
  admin: number
  commission: number
  buyer_sku_code: string
  buyer_product_status: boolean
  seller_product_status: boolean
  desc: string
}

type Names = Pick<Product, 'product_name' | 'category' | 'brand' | 'buyer_sku_code'> & {
  type?: string
  desc?: string | undefined
}

const CREDIT = [1, 2, 3, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 80, 100, 150, 200, 300, 500]
const GIGABYTES = [1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 15, 18, 20, 25, 30, 40, 50, 60, 75, 100]
const DAYS = [3, 7, 30]
const MINUTES = [30, 60, 100, 200, 300, 500]
const PLN = [20, 50, 100, 200, 500, 1000, 5000]
const MONTHS = [1, 3, 6, 12]
const FEE = 650
const OUT_EVERY = 29
const OFF_EVERY = 31
const CUT_OFFS = ['23:45', '0:15', '23:0', '1:0'] as const

/** Returns the prepaid list, about 1,500 rows, the same in every run; `xld10` of the test cases is among them. */
export function createProducts(): Product[] {
  return [
    ...games(),
    ...credit(),
    ...data(),
    ...calls(),
    ...wallets(),
    ...electricity(),
    ...vouchers(),
    ...tv(),
  ]
}

/** Returns the postpaid list. */
export function createPostpaid(): PostpaidProduct[] {
  const names: [string, string, string][] = [
    ['PLN Pascabayar', 'PLN PASCABAYAR', 'pln'],
    ['PDAM Kota Contoh', 'PDAM', 'pdam'],
    ['BPJS Kesehatan', 'BPJS KESEHATAN', 'bpjs'],
    ['Internet Rumah', 'INTERNET PASCABAYAR', 'internet'],
  ]
  return names.map(([product_name, brand, buyer_sku_code]) => ({
    product_name,
    category: 'Pascabayar',
    brand,
    seller_name: sellerOf(buyer_sku_code),
    admin: 2_500,
    commission: 900,
    buyer_sku_code,
    buyer_product_status: true,
    seller_product_status: true,
    desc: '-',
  }))
}

function games(): Product[] {
  const topups = GAME_BRANDS.flatMap(({ brand, prefix, unit, sizes, rupiahPer100, desc }) =>
    sizes.map((size) =>
      row(
        {
          product_name: `${brand} ${size} ${unit}`,
          category: 'Games',
          brand,
          buyer_sku_code: `${prefix}${size}`,
          desc,
        },
        Math.ceil((size * rupiahPer100) / 500) * 5,
      ),
    ),
  )
  const weekly = {
    product_name: 'MOBILE LEGENDS Weekly Diamond Pass',
    category: 'Games',
    brand: 'MOBILE LEGENDS',
  }
  return [...topups, row({ ...weekly, buyer_sku_code: 'mlwdp', type: 'Membership' }, 27_600)]
}

function credit(): Product[] {
  return OPERATORS.flatMap(([brand, name, prefix]) =>
    CREDIT.map((thousand) => {
      // The code of the documented test cases.
      const code = brand === 'XL' ? `xld${thousand}` : `${prefix}${thousand}`
      return row(
        { product_name: `${name} ${thousand}.000`, category: 'Pulsa', brand, buyer_sku_code: code },
        thousand * 1_000 + (code === 'xld10' ? 0 : FEE),
      )
    }),
  )
}

function data(): Product[] {
  return OPERATORS.flatMap(([brand, name, prefix]) =>
    GIGABYTES.flatMap((gigabytes) =>
      DAYS.map((days) =>
        row(
          {
            product_name: `${name} Data ${gigabytes} GB / ${days} Hari`,
            category: 'Data',
            brand,
            buyer_sku_code: `${prefix}d${gigabytes}h${days}`,
          },
          2_500 + gigabytes * (1_050 + days * 45),
        ),
      ),
    ),
  )
}

function calls(): Product[] {
  return OPERATORS.flatMap(([brand, name, prefix]) =>
    MINUTES.map((minutes) =>
      row(
        {
          product_name: `${name} Nelpon ${minutes} Menit`,
          category: 'Paket SMS & Telpon',
          brand,
          buyer_sku_code: `${prefix}tlp${minutes}`,
        },
        2_000 + minutes * 72,
      ),
    ),
  )
}

function wallets(): Product[] {
  return amounts('E-Money', WALLETS, CREDIT, (name, thousand) => `${name} ${thousand}.000`)
}

function vouchers(): Product[] {
  return amounts('Voucher', VOUCHERS, CREDIT, (name, thousand) => `${name} Rp ${thousand}.000`)
}

function electricity(): Product[] {
  return amounts('PLN', [['PLN', 'Token PLN', 'plnt']], PLN, (name, thousand) => `${name} ${thousand}.000`)
}

function tv(): Product[] {
  return SUBSCRIPTIONS.flatMap(([category, brand, prefix]) =>
    MONTHS.map((months) =>
      row(
        { product_name: `${brand} ${months} Bulan`, category, brand, buyer_sku_code: `${prefix}${months}` },
        months * 29_000,
      ),
    ),
  )
}

function amounts(
  category: string,
  brands: readonly [string, string, string][],
  thousands: readonly number[],
  name: (name: string, thousand: number) => string,
): Product[] {
  return brands.flatMap(([brand, shown, prefix]) =>
    thousands.map((thousand) =>
      row(
        { product_name: name(shown, thousand), category, brand, buyer_sku_code: `${prefix}${thousand}` },
        thousand * 1_000 + FEE,
      ),
    ),
  )
}

function row(names: Names, price: number): Product {
  const code = names.buyer_sku_code
  const chance = hashText(code)
  const isStocked = chance % 7 === 0
  const [start, end] = chance % 11 === 0 ? [CUT_OFFS[0], CUT_OFFS[1]] : ['0:0', '0:0']
  const [startLate, endLate] = chance % 13 === 0 ? [CUT_OFFS[2], CUT_OFFS[3]] : [start, end]
  const isTest = code === 'xld10' || code === 'ml86'
  return {
    product_name: names.product_name,
    category: names.category,
    brand: names.brand,
    type: names.type ?? 'Umum',
    seller_name: sellerOf(code),
    price,
    buyer_sku_code: code,
    buyer_product_status: isTest || chance % OFF_EVERY !== 1,
    seller_product_status: isTest || chance % OFF_EVERY !== 2,
    unlimited_stock: isTest || !isStocked,
    stock: isStocked && chance % OUT_EVERY !== 0 ? 1 + (chance % 90) : 0,
    multi: isTest || names.category !== 'Pulsa' || chance % 5 !== 0,
    start_cut_off: isTest ? '0:0' : startLate,
    end_cut_off: isTest ? '0:0' : endLate,
    desc: names.desc ?? '-',
  }
}

/** Sellers are masked in lists. */
function sellerOf(code: string): string {
  return `${String.fromCharCode(65 + (hashText(`seller ${code}`) % 26))}${String.fromCharCode(97 + (hashText(code) % 26))}***`
}
