import { hashText } from '../random.ts'
import type { RequestForm } from './request-form.ts'
import { accept, refuse, type VipAnswer } from './vip-answer.ts'
import type { Vip } from './vip-state.ts'

type NicknameRule = { target: RegExp; zone?: RegExp; hasCountry?: boolean }

const DIGITS = /^\d{5,14}$/
const ML_ZONE = /^\d{4,5}$/

/** Games whose nicknames can be asked for. @see suppliers.md 1.3, "Nickname codes" */
const RULES: Record<string, NicknameRule> = {
  'mobile-legends': { target: DIGITS, zone: ML_ZONE, hasCountry: true },
  'mobile-legends-region': { target: DIGITS, zone: ML_ZONE, hasCountry: true },
  'free-fire': { target: DIGITS },
  pubgm: { target: DIGITS },
  valorant: { target: /^.{3,16}#[A-Za-z0-9]{2,5}$/u },
  pointblank: { target: /^[A-Za-z0-9_]{4,20}$/ },
  'genshin-impact': { target: DIGITS, zone: /^os_(asia|usa|euro|cht)$/ },
  'honkai-star-rail': { target: DIGITS, zone: /^(prod_official|os)_(asia|usa|eur|euro|cht)$/ },
}

const FIRST_WORDS = [
  'Raja',
  'Bintang',
  'Kopi',
  'Macan',
  'Garuda',
  'Pelangi',
  'Senja',
  'Badai',
  'Naga',
  'Embun',
  'Langit',
  'Komet',
]
const SECOND_WORDS = [
  'Malam',
  'Jogja',
  'Sakti',
  'Timur',
  'Santuy',
  'Merah',
  'Manis',
  'Perkasa',
  'Kecil',
  'Biru',
  'Gesit',
  'Ceria',
]
const COUNTRIES = [
  { code: 'ID', name: 'Indonesia' },
  { code: 'MY', name: 'Malaysia' },
  { code: 'PH', name: 'Philippines' },
  { code: 'SG', name: 'Singapore' },
]
/** Three of four accounts are Indonesian. */
const COUNTRY_SPREAD = 12
/** The region lookup is said to need this balance. */
const REGION_MIN_BALANCE = 100_000

/**
 * Answers `type=get-nickname`. The same account has the same nickname in every run; ids ending in `000` do
 * not exist.
 */
export function nickname(vip: Vip, form: RequestForm): VipAnswer {
  const { code = '', target = '', additional_target: zone = '' } = form
  if (!code || !target) return refuse('Masih ada parameter yang kosong.')
  const rule = Object.hasOwn(RULES, code) ? RULES[code] : undefined
  if (!rule) return refuse('Kode game tidak ditemukan.')
  if (code === 'mobile-legends-region' && vip.settings.balance < REGION_MIN_BALANCE) {
    return refuse('Saldo akun minimum Anda adalah 100000.')
  }
  if (!rule.target.test(target) || isUnknownId(target) || (rule.zone && !rule.zone.test(zone))) {
    return refuse('User id tidak sesuai.')
  }
  const hash = hashText(`${code.replace('-region', '')} ${target} ${rule.zone ? zone : ''}`)
  const country = COUNTRIES[Math.max(0, (hash % COUNTRY_SPREAD) - (COUNTRY_SPREAD - COUNTRIES.length))]
  return {
    ...accept(nameFrom(hash), 'Success.'),
    ...(rule.hasCountry && vip.settings.nicknameCountry ? { country } : {}),
  }
}

/** Returns whether the id belongs to nobody, by the sandbox's rule. */
export function isUnknownId(target: string): boolean {
  return target.endsWith('000')
}

/** Returns whether a Mobile Legends zone could exist. */
export function isMobileLegendsZone(zone: string): boolean {
  return ML_ZONE.test(zone)
}

function nameFrom(hash: number): string {
  const first = FIRST_WORDS[hash % FIRST_WORDS.length] ?? ''
  const second = SECOND_WORDS[(hash >>> 8) % SECOND_WORDS.length] ?? ''
  return `${first}${second}${(hash >>> 16) % 100}`
}
