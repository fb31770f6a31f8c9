import type { Config } from '#platform/config.ts'
import { openApp, type OpenedApp } from '../main.ts'
import type { Finding } from './doctor-checks.ts'
import type { OpenedProject } from './open-project.ts'
import { probe } from './probe.ts'

const HTTP_UNAUTHORIZED = 401
const HTTP_FORBIDDEN = 403
/** No picture has this name; a store that says so is reachable and takes our key. */
const NO_PICTURE = 'lapak-doctor'

/** Gateways, suppliers, the feed and the store of pictures, as configured, and what synchronisation stands still. */
export async function checkProviders({ config, log }: OpenedProject): Promise<Finding[]> {
  const opened = await openApp(config, log)
  try {
    return [
      await checkMidtrans(config),
      await checkTokopay(opened, config),
      await checkSupplier(opened, 'vip-reseller', config.vipReseller !== null, 'VIP_RESELLER_*'),
      await checkSupplier(opened, 'digiflazz', config.digiflazz !== null, 'DIGIFLAZZ_*'),
      await checkFeed(config),
      await checkPictures(config, opened),
      ...(await checkChannels(opened)),
      ...(await findHeldConnections(opened)),
    ]
  } finally {
    await opened.close()
  }
}

async function checkMidtrans({ midtrans }: Config): Promise<Finding> {
  const what = 'midtrans'
  if (midtrans === null) return { ok: true, what, detail: 'tidak dipakai / not configured' }
  const login = Buffer.from(`${midtrans.serverKey.reveal()}:`).toString('base64')
  const answer = await probe(`${midtrans.apiUrl}/v2/lapak-doctor/status`, {
    authorization: `Basic ${login}`,
    accept: 'application/json',
  })
  if (answer.kind !== 'answered') {
    return {
      ok: false,
      what,
      detail: `${midtrans.apiUrl}: ${answer.reason}`,
      hint: 'periksa jaringan; pada demo jalankan npm start / check the network; in the demo run npm start',
    }
  }
  const refused =
    answer.status === HTTP_UNAUTHORIZED || statusInside(answer.body) === String(HTTP_UNAUTHORIZED)
  return {
    ok: !refused,
    what,
    detail: `${midtrans.apiUrl} ${refused ? 'menolak kunci / refuses the key' : 'menjawab / answers'}`,
    hint: 'periksa / check MIDTRANS_SERVER_KEY',
  }
}

/** Midtrans answers some refusals with HTTP 200 and the status in the body. */
function statusInside(body: Buffer): string | undefined {
  return /"status_code"\s*:\s*"(\d+)"/.exec(body.toString('utf8'))?.[1]
}

/** The adapter asks, so that its signature is checked too; the balance itself is nobody's business here. */
async function checkTokopay({ shop }: OpenedApp, { tokopay }: Config): Promise<Finding> {
  const what = 'tokopay'
  const gateway = shop.gateways.get(what)
  if (tokopay === null || gateway === undefined)
    return { ok: true, what, detail: 'tidak dipakai / not configured' }
  const { ok, detail } = await gateway.probe()
  return {
    ok,
    what,
    detail: `${tokopay.apiUrl} ${ok ? 'menjawab / answers' : detail}`,
    hint: 'periksa / check TOKOPAY_*; pada demo jalankan npm start / in the demo run npm start',
  }
}

async function checkSupplier(
  { app }: OpenedApp,
  what: string,
  isConfigured: boolean,
  variables: string,
): Promise<Finding> {
  if (!isConfigured) return { ok: true, what, detail: 'tidak dipakai / not configured' }
  const { ok, balance, message } = await app.operator.testSupplier(what)
  const detail = balance === undefined ? message : `saldo / balance Rp${balance.toLocaleString('id-ID')}`
  return { ok, what, detail, hint: `periksa / check ${variables}; in the demo run npm start` }
}

async function checkFeed({ feed }: Config): Promise<Finding> {
  const what = 'feed'
  if (feed === null) return { ok: true, what, detail: 'tidak dipakai / not configured' }
  const answer = await probe(`${feed.apiUrl}/apis/product/get?limit=1`, {
    authorization: `Bearer ${feed.token.reveal()}`,
    accept: 'application/json',
  })
  if (answer.kind !== 'answered')
    return {
      ok: false,
      what,
      detail: `${feed.apiUrl}: ${answer.reason}`,
      hint: 'periksa FEED_API_URL dan jaringan / check FEED_API_URL and the network',
    }
  const refused = answer.status === HTTP_UNAUTHORIZED || answer.status === HTTP_FORBIDDEN
  return {
    ok: !refused,
    what,
    detail: `${feed.apiUrl} ${refused ? 'menolak token / refuses the token' : 'menjawab / answers'}`,
    hint: 'periksa / check FEED_API_TOKEN',
  }
}

const STORES = { local: 'folder', s3: 'S3', vercel: 'Vercel Blob' } as const

async function checkPictures({ blobs }: Config, { shop }: OpenedApp): Promise<Finding> {
  const what = 'gambar / pictures'
  const store = STORES[blobs.kind]
  try {
    await shop.blobs.has(NO_PICTURE)
    return { ok: true, what, detail: blobs.kind === 'local' ? blobs.folder : store }
  } catch (error) {
    const detail = `${store}: ${error instanceof Error ? error.message : String(error)}`
    return { ok: false, what, detail, hint: 'periksa / check S3_* or BLOB_READ_WRITE_TOKEN' }
  }
}

const CHANNELS = [
  ['email', 'surel / e-mail', 'SMTP_URL'],
  ['whatsapp', 'WhatsApp', 'WHATSAPP_API_URL, WHATSAPP_TOKEN'],
  ['telegram', 'Telegram', 'TELEGRAM_BOT_TOKEN'],
] as const

async function checkChannels({ shop }: OpenedApp): Promise<Finding[]> {
  return await Promise.all(
    CHANNELS.map(async ([name, what, variables]): Promise<Finding> => {
      const channel = shop.messaging.channels.get(name)
      if (channel === undefined) return { ok: true, what, detail: 'tidak dipakai / not configured' }
      const { ok, detail } = await channel.probe()
      return { ok, what, detail, hint: `periksa / check ${variables}; in the demo run npm start` }
    }),
  )
}

async function findHeldConnections({ app }: OpenedApp): Promise<Finding[]> {
  const connections = await app.sync.connections()
  return connections.flatMap(({ name, paused, circuit }): Finding[] => {
    const what = `sync ${name}`
    if (paused !== null)
      return [
        {
          ok: true,
          waiting: true,
          what,
          detail: `dijeda oleh ${paused.by} / paused by ${paused.by} since ${paused.at}`,
        },
      ]
    if (circuit === null) return []
    return [
      {
        ok: true,
        waiting: true,
        what,
        detail: `menunggu sumber / waits for the source until ${circuit.openUntil}: ${circuit.reason}`,
      },
    ]
  })
}
