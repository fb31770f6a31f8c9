import type { InputField } from './service-view.ts'

/**
 * Input fields by kind of product. The supplier's target is always `user_id`, its second part `zone_id`,
 * whatever the label says, so that orders map them without knowing the game.
 * @see suppliers.md 4
 */
export type FieldSet = keyof typeof FIELD_SETS

const MAX_TARGET = 64

const userId: InputField = {
  name: 'user_id',
  label: 'User ID',
  type: 'digits',
  required: true,
  pattern: '^[0-9]{4,20}$',
  minLength: 4,
  maxLength: 20,
  help: 'Ketuk foto profil di dalam game; angka ID tertulis di bawah namamu.',
  helpEn: 'Tap your profile picture in the game; the ID is the number below your name.',
}

function server(options: [value: string, label: string][]): InputField {
  return {
    name: 'zone_id',
    label: 'Server',
    type: 'select',
    required: true,
    options: options.map(([value, label]) => ({ value, label })),
    help: 'Pilih server tempat akunmu bermain.',
    helpEn: 'Choose the server your account plays on.',
  }
}

const uid: InputField = {
  ...userId,
  label: 'UID',
  help: 'UID tertulis di sudut kanan bawah layar game.',
  helpEn: 'The UID is in the lower right corner of the game.',
}

const phone: InputField = {
  name: 'user_id',
  label: 'Nomor HP',
  labelEn: 'Phone number',
  type: 'phone',
  required: true,
  pattern: '^(\\+?62|0)8[0-9]{7,12}$',
  minLength: 9,
  maxLength: 16,
  help: 'Contoh: 081234567890. Periksa lagi sebelum membayar.',
  helpEn: 'For example 081234567890. Check it before you pay.',
}

const playerId: InputField = {
  name: 'user_id',
  label: 'Player ID',
  type: 'text',
  required: true,
  pattern: '^[A-Za-z0-9_.\\-]{3,32}$',
  minLength: 3,
  maxLength: 32,
  help: 'Huruf dan angka ID seperti tertulis di profilmu.',
  helpEn: 'The letters and digits of the ID as your profile shows them.',
}

export const FIELD_SETS = {
  none: [],
  'user-id': [userId],
  'user-and-zone': [
    {
      ...userId,
      help: 'Buka profil di dalam game. Contoh: 12345678 (2685), angka di depan kurung adalah User ID.',
      helpEn:
        'Open your profile in the game. In 12345678 (2685) the number before the brackets is the user ID.',
    },
    {
      name: 'zone_id',
      label: 'Zone ID',
      type: 'digits',
      required: true,
      pattern: '^[0-9]{3,6}$',
      minLength: 3,
      maxLength: 6,
      help: 'Angka di dalam kurung, contoh: 2685.',
      helpEn: 'The number in the brackets, for example 2685.',
    },
  ],
  'player-text': [playerId],
  'player-and-server': [
    playerId,
    {
      name: 'zone_id',
      label: 'Server',
      type: 'text',
      required: true,
      pattern: '^\\S(.*\\S)?$',
      minLength: 1,
      maxLength: 32,
      help: 'Nama atau nomor server seperti tertulis di profilmu, contoh: Asia.',
      helpEn: 'The name or number of the server as your profile shows it, for example Asia.',
    },
  ],
  'player-tag': [
    {
      ...playerId,
      label: 'Player Tag',
      pattern: '^#?[0-9A-Za-z]{3,15}$',
      maxLength: 16,
      help: 'Tertulis di bawah namamu di profil, contoh: #2PPCQ9YG.',
      helpEn: 'Below your name in the profile, for example #2PPCQ9YG.',
    },
  ],
  'user-name': [
    {
      ...playerId,
      label: 'ID atau nama pengguna',
      labelEn: 'ID or user name',
      pattern: '^@?[A-Za-z0-9_.\\-]{2,40}$',
      minLength: 2,
      maxLength: 41,
      help: 'Seperti tertulis di profilmu, contoh: @namakamu.',
      helpEn: 'As your profile shows it, for example @yourname.',
    },
  ],
  'riot-id': [
    {
      name: 'user_id',
      label: 'Riot ID',
      type: 'text',
      required: true,
      pattern: '^[^#\\s][^#]{1,30}#[A-Za-z0-9]{2,6}$',
      minLength: 5,
      maxLength: 40,
      help: 'Nama dan tagline, contoh: Pemain#1234.',
      helpEn: 'Name and tagline, for example Player#1234.',
    },
  ],
  genshin: [
    uid,
    server([
      ['os_asia', 'Asia'],
      ['os_usa', 'America'],
      ['os_euro', 'Europe'],
      ['os_cht', 'TW, HK, MO'],
    ]),
  ],
  'star-rail': [
    uid,
    server([
      ['prod_official_asia', 'Asia'],
      ['prod_official_usa', 'America'],
      ['prod_official_eur', 'Europe'],
      ['prod_official_cht', 'TW, HK, MO'],
    ]),
  ],
  zenless: [
    uid,
    server([
      ['prod_gf_jp', 'Asia'],
      ['prod_gf_us', 'America'],
      ['prod_gf_eu', 'Europe'],
      ['prod_gf_sg', 'TW, HK, MO'],
    ]),
  ],
  'gray-raven': [
    userId,
    server([
      ['AP', 'Asia-Pacific'],
      ['EU', 'Europe'],
      ['NA', 'North America'],
    ]),
  ],
  phone: [phone],
  'card-or-phone': [
    {
      name: 'user_id',
      label: 'Nomor kartu atau HP',
      labelEn: 'Card or phone number',
      type: 'digits',
      required: true,
      pattern: '^[0-9]{8,20}$',
      minLength: 8,
      maxLength: 20,
      help: 'Nomor kartu uang elektronik, atau nomor HP akun yang diisi.',
      helpEn: 'The number of the e-money card, or the phone number of the account to top up.',
    },
  ],
  meter: [
    {
      name: 'user_id',
      label: 'Nomor meter / ID pelanggan',
      labelEn: 'Meter number or customer ID',
      type: 'digits',
      required: true,
      pattern: '^[0-9]{11,12}$',
      minLength: 11,
      maxLength: 12,
      help: '11 atau 12 angka pada meteran atau kartu PLN.',
      helpEn: '11 or 12 digits on the meter or the PLN card.',
    },
  ],
  generic: [
    {
      name: 'user_id',
      label: 'ID tujuan',
      labelEn: 'Account ID',
      type: 'text',
      required: true,
      pattern: '^\\S(.*\\S)?$',
      minLength: 1,
      maxLength: MAX_TARGET,
      help: 'ID akun, nomor, atau e-mail yang akan diisi. Jika ada server, tulis ID saja.',
      helpEn: 'The account ID, number or e-mail to top up. If there is a server, enter the ID only.',
    },
    {
      name: 'zone_id',
      label: 'Zone / server (jika ada)',
      labelEn: 'Zone or server (if any)',
      type: 'text',
      required: false,
      maxLength: 32,
    },
  ],
} as const satisfies Record<string, readonly InputField[]>
