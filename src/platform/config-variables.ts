/** What an operator must know of one variable: an example, and one line in each language. */
export type VariableNote = { example: string; about: string; aboutEn: string }

function note(example: string, about: string, aboutEn: string): VariableNote {
  return { example, about, aboutEn }
}

/** Every environment variable that Lapak reads. `.env.example` lists the same; a test compares them. */
export const VARIABLES = {
  LAPAK_ENV: note('production', 'demo atau production', 'demo or production; unset means production'),
  LAPAK_ROLE: note(
    'all',
    'all, web, atau worker: tugas proses ini',
    'all, web or worker: what this process does',
  ),
  DATABASE_URL: note(
    'postgres://lapak:password@db.example.com:5432/lapak',
    'PostgreSQL 15 ke atas; kosong = database bawaan',
    'PostgreSQL 15 or newer; empty = the embedded server',
  ),
  POSTGRES_PRISMA_URL: note(
    'postgres://lapak:password@db.example.com:5432/lapak',
    'nama lain DATABASE_URL',
    'another name of DATABASE_URL',
  ),
  DATABASE_DIRECT_URL: note(
    'postgres://lapak:password@db.example.com:5432/lapak',
    'alamat tanpa pooler, untuk migrasi dan LISTEN',
    'the address without a pooler, for migrations and LISTEN',
  ),
  LAPAK_DATA: note(
    '.lapak',
    'folder database bawaan, gambar dan kunci',
    'folder of the embedded database, pictures and keys',
  ),
  PORT: note('3000', 'port toko', 'port of the shop'),
  LAPAK_HOST: note('0.0.0.0', 'alamat jaringan yang didengar', 'network address to listen on'),
  APP_URL: note('https://toko.example.com', 'alamat publik toko', 'public address of the shop'),
  LAPAK_KEYS: note('/etc/lapak/keys.json', 'berkas kunci enkripsi', 'file with the encryption keys'),
  CRON_SECRET_KEY: note('64-random-hex-characters', 'rahasia untuk rute cron', 'secret of the cron routes'),
  ADMIN_API_TOKEN: note('64-random-hex-characters', 'token untuk rute admin', 'token of the admin routes'),
  LAPAK_SHOP_NAME: note('Lapak', 'nama toko', 'name of the shop'),
  LAPAK_SUPPORT_EMAIL: note('bantuan@example.com', 'surel bantuan pembeli', 'e-mail address for buyers'),
  LAPAK_SUPPORT_WHATSAPP: note('6280000000000', 'nomor WhatsApp bantuan', 'WhatsApp number for buyers'),
  MIDTRANS_SERVER_KEY: note('Mid-server-…', 'kunci server Midtrans', 'server key of Midtrans'),
  MIDTRANS_CLIENT_KEY: note('Mid-client-…', 'kunci klien Midtrans', 'client key of Midtrans'),
  MIDTRANS_MERCHANT_ID: note(
    'G123456789',
    'ID merchant; bila diisi, pesan merchant lain ditolak',
    'merchant ID; when set, messages of other merchants are refused',
  ),
  MIDTRANS_IS_PRODUCTION: note('true', 'true untuk uang sungguhan', 'true for real money'),
  MIDTRANS_SNAP_URL: note('https://app.sandbox.midtrans.com', 'hanya untuk simulator', 'for simulators only'),
  MIDTRANS_API_URL: note('https://api.sandbox.midtrans.com', 'hanya untuk simulator', 'for simulators only'),
  TOKOPAY_MERCHANT_ID: note('M240000ABCDE123', 'ID merchant Tokopay', 'merchant ID at Tokopay'),
  TOKOPAY_SECRET: note('your-secret', 'secret key Tokopay', 'secret key of Tokopay'),
  TOKOPAY_API_URL: note('https://api.tokopay.id', 'alamat API Tokopay', 'address of the Tokopay API'),
  VIP_RESELLER_API_URL: note(
    'https://vip-reseller.co.id/api',
    'alamat API VIP-Reseller',
    'address of the VIP-Reseller API',
  ),
  VIP_RESELLER_API_ID: note('AbCdEfGh', 'API ID VIP-Reseller', 'API ID of VIP-Reseller'),
  VIP_RESELLER_API_KEY: note('your-api-key', 'API key VIP-Reseller', 'API key of VIP-Reseller'),
  DIGIFLAZZ_API_URL: note(
    'https://api.digiflazz.com/v1',
    'alamat API Digiflazz',
    'address of the Digiflazz API',
  ),
  DIGIFLAZZ_USERNAME: note('your-username', 'nama pengguna Digiflazz', 'user name at Digiflazz'),
  DIGIFLAZZ_API_KEY: note('your-api-key', 'API key Digiflazz', 'API key of Digiflazz'),
  DIGIFLAZZ_WEBHOOK_SECRET: note(
    'your-webhook-secret',
    'rahasia webhook Digiflazz',
    'secret of the Digiflazz webhook',
  ),
  INVITE_TEAMS_API_URL: note(
    'https://teams.example.com',
    'alamat API keanggotaan tim; kosong = tidak dipakai',
    'address of the API of team memberships; empty = not used',
  ),
  INVITE_FAMILY_API_URL: note(
    'https://family.example.com',
    'alamat panel paket keluarga; kosong = tidak dipakai',
    'address of the panel of family plans; empty = not used',
  ),
  FEED_API_URL: note(
    'https://feed.example.com',
    'alamat API reseller dan produk',
    'address of the API of resellers and products',
  ),
  FEED_API_TOKEN: note(
    'your-token',
    'token API reseller dan produk',
    'token of the API of resellers and products',
  ),
  BLOB_READ_WRITE_TOKEN: note(
    'vercel_blob_rw_store_secret',
    'token Vercel Blob; kosong = S3 atau folder',
    'token of Vercel Blob; empty = S3 or a folder',
  ),
  BLOB_API_URL: note('https://vercel.com/api/blob', 'hanya untuk simulator', 'for simulators only'),
  S3_ENDPOINT: note(
    'https://s3.example.com',
    'penyimpanan yang memakai S3, untuk gambar',
    'S3-compatible storage, for pictures',
  ),
  S3_BUCKET: note('lapak-media', 'nama bucket', 'name of the bucket'),
  S3_ACCESS_KEY_ID: note('your-key-id', 'ID kunci S3', 'id of the S3 key'),
  S3_SECRET_ACCESS_KEY: note('your-secret-key', 'kunci rahasia S3', 'secret S3 key'),
  SMTP_URL: note(
    'smtp://user:password@mail.example.com:587',
    'server surel keluar',
    'server for outgoing mail',
  ),
  MAIL_FROM: note('Lapak <toko@example.com>', 'pengirim surel', 'sender of mail'),
  WHATSAPP_API_URL: note(
    'https://graph.facebook.com/v21.0/123456789',
    'WhatsApp Cloud API: versi dan ID nomor pengirim',
    'WhatsApp Cloud API: version and id of the sending number',
  ),
  WHATSAPP_TOKEN: note('your-token', 'token gerbang WhatsApp', 'token of the WhatsApp gateway'),
  TELEGRAM_API_URL: note('https://api.telegram.org', 'alamat API Telegram', 'address of the Telegram API'),
  TELEGRAM_BOT_TOKEN: note('123456:ABC…', 'bot untuk kabar ke staf', 'bot for news to the staff'),
  TELEGRAM_CHAT_ID: note('-1001234567890', 'grup Telegram staf', 'Telegram group of the staff'),
  SANDBOX_PORT: note('4000', 'port pertama simulator penyedia', 'first port of the provider sandboxes'),
  TRUSTED_PROXIES: note(
    '10.0.0.0/8,192.0.2.7',
    'proxy yang X-Forwarded-For-nya dipercaya, dipisah koma',
    'proxies whose X-Forwarded-For is believed, separated by commas',
  ),
  LOG_LEVEL: note(
    'info',
    'trace, debug, info, warn, error, atau silent',
    'trace, debug, info, warn, error or silent',
  ),
  LAPAK_RATE_LIMITS: note('off', 'hanya untuk pengukuran: on atau off', 'for measurements only: on or off'),
  LAPAK_FAILPOINT: note(
    'orders.place.inside',
    'hanya untuk uji: mati di titik ini',
    'for tests only: die at this point',
  ),
} as const satisfies Record<string, VariableNote>

/** The name of an environment variable that Lapak reads. */
export type Variable = keyof typeof VARIABLES

/** One wrong variable, in plain words; never holds the value of a secret. */
export type ConfigMistake = { variable: Variable; problem: string; problemEn: string }

/** Thrown when the configuration or the keys are wrong; the message says everything in both languages. */
export class ConfigError extends Error {}

/** All mistakes as one text for the terminal: name, what is wrong in both languages, an example. */
export function describeMistakes(mistakes: readonly ConfigMistake[]): string {
  const lines = mistakes.flatMap((mistake) => [
    `  ✗ ${mistake.variable} ${mistake.problem}`,
    `    ${mistake.variable} ${mistake.problemEn}`,
    `    contoh / example: ${mistake.variable}=${VARIABLES[mistake.variable].example}`,
  ])
  return [
    `Konfigurasi belum benar (${mistakes.length}) / Mistakes in the configuration (${mistakes.length}):`,
    ...lines,
  ].join('\n')
}
