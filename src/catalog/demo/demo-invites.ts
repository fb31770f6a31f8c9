import type { InputField } from '../service-view.ts'
import type { DemoProduct } from './demo-products.ts'

/** Whom to invite: the only thing a buyer of a membership enters. */
export const EMAIL_FIELD: InputField = {
  name: 'email',
  label: 'E-mail yang diundang',
  labelEn: 'E-mail to invite',
  type: 'email',
  required: true,
  minLength: 6,
  maxLength: 254,
  help: 'Undangan dikirim ke alamat ini. Pakai alamat akunmu di layanan tersebut, lalu terima undangannya.',
  helpEn: 'The invitation goes to this address. Use the one of your account there, then accept it.',
}

const NOTICE =
  'Undangan dikirim otomatis ke e-mailmu, sesuai giliran. Keanggotaan berjalan sejak undangan diterima.'
const NOTICE_EN =
  'The invitation is sent to your e-mail in turn. The membership runs from when you accept it.'

/** Products of the demonstration that are delivered by invite; nothing of them lies on a shelf. */
export const DEMO_INVITE_PRODUCTS: readonly DemoProduct[] = [
  {
    slug: 'kanvas-pro',
    name: 'Kanvas Pro',
    publisher: 'Kanvas',
    category: 'aplikasi-premium',
    popularity: 860,
    description:
      'Semua fitur desain Kanvas Pro lewat kursi tim: templat premium, hapus latar, dan ruang simpan. Dipakai di akunmu sendiri.',
    descriptionEn:
      'Everything of Kanvas Pro through a team seat: premium templates, background removal and storage. Used in your own account.',
    notice: NOTICE,
    noticeEn: NOTICE_EN,
    alsoCalled: 'desain design team tim edit foto poster',
    skus: [
      { code: 'KANVAS-30', name: 'Kursi tim 30 hari', price: 24_000, stock: 'none' },
      { code: 'KANVAS-365', name: 'Kursi tim 1 tahun', price: 189_000, stock: 'none' },
    ],
  },
  {
    slug: 'tanya-ai-plus',
    name: 'Tanya AI Plus',
    publisher: 'Tanya AI',
    category: 'aplikasi-premium',
    popularity: 850,
    description:
      'Obrolan AI tanpa antre lewat paket keluarga: model terbaru, unggah berkas, dan riwayat milikmu sendiri.',
    descriptionEn:
      'AI chat without waiting through a family plan: the newest model, file uploads, and a history of your own.',
    notice: NOTICE,
    noticeEn: NOTICE_EN,
    alsoCalled: 'chat ai asisten bot family keluarga',
    skus: [{ code: 'TANYA-30', name: 'Anggota keluarga 30 hari', price: 45_000, stock: 'none' }],
  },
]

/** Which plan each of these SKUs sells. */
export const DEMO_INVITE_PLANS = [
  { sku: 'KANVAS-30', provider: 'teams', plan: 'member', days: 30 },
  { sku: 'KANVAS-365', provider: 'teams', plan: 'member', days: 365 },
  { sku: 'TANYA-30', provider: 'family', plan: 'plus', days: 30 },
] as const

/** The accounts that the sandbox knows too; their secrets open nothing else. */
export const DEMO_INVITE_ACCOUNTS = [1, 2, 3].flatMap((number) => [
  {
    provider: 'teams',
    label: `Tim demo ${number}`,
    externalId: `ws-demo-${number}`,
    credential: `teams-secret-demo-${number}`,
    plans: ['member'],
    seats: 5,
    dailyQuota: 10,
  },
  {
    provider: 'family',
    label: `Keluarga demo ${number}`,
    externalId: `fam-demo-${number}`,
    credential: `family-secret-demo-${number}`,
    plans: ['plus'],
    seats: 5,
    dailyQuota: 10,
  },
])
