import * as z from 'zod'
import type { AccountChecker } from '../../catalog/ports.ts'
import type { AccountCheck } from '../../catalog/service-view.ts'
import type { VipApi } from './vip-api.ts'

const nickname = z.string().trim().min(1)
const country = z.union([z.string(), z.object({ name: z.string() }).transform((value) => value.name)])

/** Words of a refusal that speaks about the account the buyer typed. Other refusals are about us or the supplier. */
const ABOUT_TARGET =
  /tidak (di)?temukan|not found|invalid|tidak valid|salah|tidak sesuai|user|zone|target|\bid\b/i
const ABOUT_SUPPLIER =
  /api|signature|permitted|saldo|balance|pemeliharaan|maintenance|dibatasi|coba lagi|connection|sistem|wrong|request|layanan|kode|game/i

const NOT_CHECKED: AccountCheck = {
  valid: null,
  message: 'Nama akun belum bisa dicek saat ini. Pastikan datanya benar, lalu lanjutkan.',
}
const NOT_FOUND: AccountCheck = {
  valid: false,
  message: 'Akun tidak ditemukan. Periksa lagi ID dan server yang kamu isi.',
}

/** Looks up nicknames. Every doubt is "could not be checked", so that a supplier's outage never stops a sale. */
export function createVipAccountChecker(api: VipApi): AccountChecker {
  return {
    async checkAccount({ code, target, zone }) {
      const answer = await api.nickname({ code, target, additional_target: zone })
      if (answer.kind !== 'answered') return NOT_CHECKED
      if (!answer.result) return blamesTarget(answer.message) ? NOT_FOUND : NOT_CHECKED
      const name = nickname.safeParse(answer.data)
      if (!name.success) return NOT_CHECKED
      const region = country.safeParse(answer.extra['country'])
      return { valid: true, nickname: name.data, ...(region.success ? { region: region.data } : {}) }
    },
  }
}

function blamesTarget(message: string): boolean {
  return ABOUT_TARGET.test(message) && !ABOUT_SUPPLIER.test(message)
}
