import { readFileSync } from 'node:fs'
import path from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { VARIABLES, describeMistakes } from './config-variables.ts'
import { DEMO, PROJECT_DIR, Secret, parseConfig, withDatabase } from './config.ts'

const PRODUCTION = {
  LAPAK_ENV: 'production',
  APP_URL: 'https://toko.example.com/',
  LAPAK_KEYS: '/etc/lapak/keys.json',
  CRON_SECRET_KEY: 'c'.repeat(32),
  ADMIN_API_TOKEN: 'a'.repeat(32),
  LAPAK_SUPPORT_EMAIL: 'cs@toko.example.com',
  LAPAK_SUPPORT_WHATSAPP: '6289900000001',
}

function mistakesOf(env: Record<string, string>): string[] {
  const parsed = parseConfig(env, '/srv/lapak')
  return parsed.ok ? [] : parsed.error.map((mistake) => mistake.variable)
}

describe('parseConfig', () => {
  test('a demo needs nothing', () => {
    const parsed = parseConfig({ LAPAK_ENV: 'demo' }, '/srv/lapak')
    expect(parsed).toMatchObject({
      ok: true,
      value: { port: 3000, portFixed: false, database: null, dataDir: '/srv/lapak/.lapak', midtrans: null },
    })
  })

  test('every mistake is reported at once, in plain words', () => {
    const parsed = parseConfig({
      LAPAK_ENV: 'staging',
      PORT: '80a',
      DATABASE_URL: 'mysql://root@localhost/shop',
      APP_URL: 'toko.example.com',
      CRON_SECRET_KEY: 'short',
      ADMIN_API_TOKEN: DEMO.adminApiToken,
      MIDTRANS_SERVER_KEY: DEMO.midtransServerKey,
      VIP_RESELLER_API_ID: DEMO.vipApiId,
      VIP_RESELLER_API_KEY: 'k',
      VIP_RESELLER_API_URL: 'http://localhost:4003/api',
      LAPAK_FAILPOINT: 'orders.place.inside',
    })
    expect(parsed.ok).toBe(false)
    expect(describeMistakes(parsed.ok ? [] : parsed.error)).toMatchSnapshot()
  })

  test('a production start with everything in place is accepted and frozen', () => {
    const parsed = parseConfig(PRODUCTION)
    if (!parsed.ok) throw new Error(describeMistakes(parsed.error))
    expect(parsed.value.appUrl).toBe('https://toko.example.com')
    expect(() => Object.assign(parsed.value.shop, { name: 'x' })).toThrow(TypeError)
  })

  test.each([
    ['LAPAK_KEYS', { LAPAK_KEYS: '' }],
    ['CRON_SECRET_KEY', { CRON_SECRET_KEY: DEMO.cronSecretKey }],
    ['LAPAK_SUPPORT_EMAIL', { LAPAK_SUPPORT_EMAIL: '' }],
    ['LAPAK_SUPPORT_EMAIL', { LAPAK_SUPPORT_EMAIL: DEMO.supportEmail }],
    ['LAPAK_SUPPORT_EMAIL', { LAPAK_SUPPORT_EMAIL: 'toko' }],
    ['LAPAK_SUPPORT_WHATSAPP', { LAPAK_SUPPORT_WHATSAPP: '' }],
    ['LAPAK_SUPPORT_WHATSAPP', { LAPAK_SUPPORT_WHATSAPP: DEMO.supportWhatsApp }],
    ['LAPAK_FAILPOINT', { LAPAK_FAILPOINT: 'a.b' }],
    ['LAPAK_RATE_LIMITS', { LAPAK_RATE_LIMITS: 'off' }],
    ['APP_URL', { APP_URL: 'http://toko.example.com' }],
    [
      'MIDTRANS_SERVER_KEY',
      { MIDTRANS_SERVER_KEY: 'SB-Mid-server-x', MIDTRANS_CLIENT_KEY: 'c', MIDTRANS_IS_PRODUCTION: 'true' },
    ],
    ['MIDTRANS_IS_PRODUCTION', { MIDTRANS_SERVER_KEY: 'Mid-server-x', MIDTRANS_CLIENT_KEY: 'c' }],
    [
      'MIDTRANS_SNAP_URL',
      {
        MIDTRANS_SERVER_KEY: 'Mid-server-x',
        MIDTRANS_CLIENT_KEY: 'c',
        MIDTRANS_IS_PRODUCTION: 'true',
        MIDTRANS_SNAP_URL: 'http://pay.example.com',
      },
    ],
    [
      'MIDTRANS_API_URL',
      {
        MIDTRANS_SERVER_KEY: 'Mid-server-x',
        MIDTRANS_CLIENT_KEY: 'c',
        MIDTRANS_IS_PRODUCTION: 'true',
        MIDTRANS_API_URL: 'http://pay.example.com',
      },
    ],
    ['TOKOPAY_SECRET', { TOKOPAY_MERCHANT_ID: 'M1', TOKOPAY_SECRET: DEMO.tokopaySecret }],
    ['TOKOPAY_SECRET', { TOKOPAY_MERCHANT_ID: 'M1', TOKOPAY_SECRET: 'a b' }],
    ['TOKOPAY_MERCHANT_ID', { TOKOPAY_MERCHANT_ID: DEMO.tokopayMerchantId, TOKOPAY_SECRET: 's' }],
    ['TOKOPAY_MERCHANT_ID', { TOKOPAY_SECRET: 's' }],
    [
      'TOKOPAY_API_URL',
      { TOKOPAY_MERCHANT_ID: 'M1', TOKOPAY_SECRET: 's', TOKOPAY_API_URL: 'http://pay.example.com' },
    ],
    ['VIP_RESELLER_API_KEY', { VIP_RESELLER_API_ID: 'real', VIP_RESELLER_API_KEY: DEMO.vipApiKey }],
    ['FEED_API_URL', { FEED_API_TOKEN: 't' }],
    ['FEED_API_TOKEN', { FEED_API_URL: 'https://feed.example.com', FEED_API_TOKEN: DEMO.feedToken }],
    ['FEED_API_URL', { FEED_API_URL: 'http://localhost:4005', FEED_API_TOKEN: 't' }],
    ['DIGIFLAZZ_API_KEY', { DIGIFLAZZ_USERNAME: 'u', DIGIFLAZZ_API_KEY: DEMO.digiflazzApiKey }],
    ['DIGIFLAZZ_API_KEY', { DIGIFLAZZ_USERNAME: 'u', DIGIFLAZZ_API_KEY: 'dev-1' }],
    [
      'DIGIFLAZZ_WEBHOOK_SECRET',
      {
        DIGIFLAZZ_USERNAME: 'u',
        DIGIFLAZZ_API_KEY: 'k',
        DIGIFLAZZ_WEBHOOK_SECRET: DEMO.digiflazzWebhookSecret,
      },
    ],
    ['DIGIFLAZZ_USERNAME', { DIGIFLAZZ_API_KEY: 'k' }],
    ['WHATSAPP_API_URL', { WHATSAPP_API_URL: 'http://wa.example.com/v21.0/1', WHATSAPP_TOKEN: 't' }],
    ['WHATSAPP_TOKEN', { WHATSAPP_API_URL: 'https://wa.example.com', WHATSAPP_TOKEN: 'demo-whatsapp-token' }],
    [
      'TELEGRAM_API_URL',
      { TELEGRAM_API_URL: 'http://tg.example.com', TELEGRAM_BOT_TOKEN: '1:t', TELEGRAM_CHAT_ID: '-1' },
    ],
    ['TELEGRAM_BOT_TOKEN', { TELEGRAM_BOT_TOKEN: '1000000000:demo-telegram-token', TELEGRAM_CHAT_ID: '-1' }],
    ['S3_BUCKET', { S3_ENDPOINT: 'https://s3.example.com' }],
    ['BLOB_READ_WRITE_TOKEN', { BLOB_READ_WRITE_TOKEN: 'nonsense' }],
  ])('a production start is refused because of %s', (variable, change) => {
    expect(mistakesOf({ ...PRODUCTION, ...change })).toContain(variable)
  })

  test('without LAPAK_ENV the strict rules hold', () => {
    expect(mistakesOf({})).toEqual([
      'APP_URL',
      'LAPAK_KEYS',
      'CRON_SECRET_KEY',
      'ADMIN_API_TOKEN',
      'LAPAK_SUPPORT_EMAIL',
      'LAPAK_SUPPORT_WHATSAPP',
    ])
  })

  test('the Prisma name of the database address is accepted', () => {
    const parsed = parseConfig({ LAPAK_ENV: 'demo', POSTGRES_PRISMA_URL: 'postgres://a:b@c/d' })
    expect(parsed.ok && parsed.value.database?.directUrl.reveal()).toBe('postgres://a:b@c/d')
  })

  test.each([
    ['https://app.midtrans.com', 'https://api.midtrans.com'],
    ['https://app.midtrans.com/snap/v1', 'https://api.midtrans.com/v2'],
    ['https://app.midtrans.com/snap/v1/', 'https://api.midtrans.com/v2/'],
  ])('Midtrans addresses are accepted with and without their version path: %s', (snap, api) => {
    const parsed = parseConfig({
      ...PRODUCTION,
      MIDTRANS_SERVER_KEY: 'Mid-server-x',
      MIDTRANS_CLIENT_KEY: 'Mid-client-x',
      MIDTRANS_MERCHANT_ID: 'G123456789',
      MIDTRANS_IS_PRODUCTION: 'true',
      MIDTRANS_SNAP_URL: snap,
      MIDTRANS_API_URL: api,
    })
    expect(parsed.ok && parsed.value.midtrans).toMatchObject({
      snapUrl: 'https://app.midtrans.com',
      apiUrl: 'https://api.midtrans.com',
      merchantId: 'G123456789',
    })
  })

  test.each(['https://feed.example.com', 'https://feed.example.com/apis/'])(
    'the address of the feed is accepted with and without its path: %s',
    (url) => {
      const parsed = parseConfig({ LAPAK_ENV: 'demo', FEED_API_URL: url, FEED_API_TOKEN: 't' })
      expect(parsed.ok && parsed.value.feed?.apiUrl).toBe('https://feed.example.com')
    },
  )

  test('a port that moved moves the default origin, not a fixed one', () => {
    const address = { url: new Secret('u'), directUrl: new Secret('u') }
    const free = parseConfig({ LAPAK_ENV: 'demo' })
    const fixed = parseConfig({ LAPAK_ENV: 'demo', APP_URL: 'https://toko.example.com' })
    expect(free.ok && withDatabase(free.value, address, 3001).appUrl).toBe('http://localhost:3001')
    expect(fixed.ok && withDatabase(fixed.value, address, 3001).appUrl).toBe('https://toko.example.com')
  })
})

describe('messages', () => {
  const mail = (url: string) => ({ SMTP_URL: url, MAIL_FROM: 'toko@example.com' })

  test.each([
    ['required of a server elsewhere', PRODUCTION, 'smtp://u:p@mail.example.com:587', true],
    ['not of one on this machine', PRODUCTION, 'smtp://127.0.0.1:2525', false],
    ['not in the demo', { LAPAK_ENV: 'demo' }, 'smtp://mail.example.com:587', false],
  ])('encryption of mail is %s', (_, env, url, smtpRequireTls) => {
    expect(parseConfig({ ...env, ...mail(url) })).toMatchObject({
      ok: true,
      value: { messages: { smtpRequireTls } },
    })
  })

  test('a WhatsApp that answers on this machine needs no encryption', () => {
    const local = { WHATSAPP_API_URL: 'http://127.0.0.1:4001/v21.0/1', WHATSAPP_TOKEN: 't' }
    expect(mistakesOf({ ...PRODUCTION, ...local })).toEqual([])
  })
})

describe('where pictures are kept', () => {
  const s3 = {
    S3_ENDPOINT: 'https://s3.example.com/',
    S3_BUCKET: 'media',
    S3_ACCESS_KEY_ID: 'id',
    S3_SECRET_ACCESS_KEY: 'secret',
  }
  test.each([
    ['a folder beside the other data', {}, { kind: 'local', folder: '/srv/lapak/.lapak/blobs' }],
    ['S3 when it is whole', s3, { kind: 's3', endpoint: 'https://s3.example.com', bucket: 'media' }],
    [
      'Vercel Blob before S3',
      { ...s3, BLOB_READ_WRITE_TOKEN: 'vercel_blob_rw_store_x' },
      { kind: 'vercel', apiUrl: null },
    ],
  ])('%s', (_, change, blobs) => {
    expect(parseConfig({ LAPAK_ENV: 'demo', ...change }, '/srv/lapak')).toMatchObject({
      ok: true,
      value: { blobs },
    })
  })
})

test('secrets never print', () => {
  const parsed = parseConfig({
    ...PRODUCTION,
    DATABASE_URL: 'postgres://u:hunter2@h/d',
    VIP_RESELLER_API_ID: 'hunter2',
    VIP_RESELLER_API_KEY: 'hunter2',
  })
  const printed = `${inspect(parsed, { depth: 9, showHidden: true })} ${JSON.stringify(parsed)} ${String(new Secret('hunter2'))}`
  expect(printed).toContain('[redacted]')
  expect(printed).not.toContain('hunter2')
})

test('.env.example lists exactly the variables that are read', () => {
  const text = readFileSync(path.join(PROJECT_DIR, '.env.example'), 'utf8')
  const listed = [...text.matchAll(/^#?([A-Z][A-Z0-9_]+)=/gm)].map((match) => match[1])
  expect(listed).toEqual(Object.keys(VARIABLES))
})
