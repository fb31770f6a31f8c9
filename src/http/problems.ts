import type { OrderRefusal } from '../orders/order-view.ts'
import type { SyncRefusal } from '../sync/run-view.ts'

/** Every reason Lapak refuses a request with; stable for clients. */
export type ProblemCode =
  | OrderRefusal['code']
  | SyncRefusal['code']
  | 'malformed_json'
  | 'malformed_request'
  | 'incomplete_request'
  | 'idempotency_key_invalid'
  | 'not_found'
  | 'method_not_allowed'
  | 'token_required'
  | 'cross_site_request'
  | 'body_too_large'
  | 'headers_too_large'
  | 'unsupported_media_type'
  | 'unsupported_encoding'
  | 'request_timeout'
  | 'rate_limited'
  | 'too_many_streams'
  | 'webhook_forged'
  | 'webhook_malformed'
  | 'store_unavailable'
  | 'not_cancellable'
  | 'not_correctable'
  | 'refund_account_not_needed'
  | 'not_allowed'
  | 'not_renewable'
  | 'qris_fee'
  | 'method_unknown'
  | 'run_over'
  | 'nothing_to_approve'
  | 'field_unknown'
  | 'export_unknown'
  | 'below_floor'
  | 'supplier_unreachable'
  | 'not_stock'
  | 'not_shared'
  | 'import_empty'
  | 'took_too_long'
  | 'internal_error'

/** One entry of the registry: the status, a short title in both languages, and what to do about it. */
export type ProblemEntry = { status: number; title: string; titleEn: string; doc: string }

/** The only list of problems. A code without an entry here does not compile. */
export const PROBLEMS = {
  invalid_request: {
    status: 400,
    title: 'Ada isian yang perlu diperbaiki',
    titleEn: 'Some fields need correcting',
    doc: 'The request was understood but one or more values are missing, unknown or out of range. `errors[]` names each place as a JSON pointer into the body (`/items/0/quantity`), or `/query/…` for a parameter of the address. Correct them and send again; nothing was stored.',
  },
  malformed_json: {
    status: 400,
    title: 'Isi permintaan bukan JSON yang sah',
    titleEn: 'The body is not valid JSON',
    doc: 'The body is not JSON in UTF-8, is nested too deeply, or names one key twice. Fix the client that wrote it; sending the same bytes again will not help.',
  },
  malformed_request: {
    status: 400,
    title: 'Permintaan HTTP tidak sah',
    titleEn: 'The HTTP request is not valid',
    doc: 'The request line, a header or the address could not be read as HTTP. Check the client or a proxy on the way.',
  },
  incomplete_request: {
    status: 400,
    title: 'Permintaan terputus sebelum lengkap',
    titleEn: 'The request ended before it was complete',
    doc: 'The connection closed before the announced body arrived. Nothing was done; send the request again, with the same `Idempotency-Key` where there is one.',
  },
  idempotency_key_missing: {
    status: 400,
    title: 'Header Idempotency-Key wajib diisi',
    titleEn: 'The Idempotency-Key header is required',
    doc: 'Creating an order needs the header `Idempotency-Key`: a new random value (for example a UUID) per purchase, repeated unchanged when the same purchase is retried.',
  },
  idempotency_key_invalid: {
    status: 400,
    title: 'Idempotency-Key tidak sah',
    titleEn: 'The Idempotency-Key is not usable',
    doc: 'The key must have 16 to 255 visible ASCII characters, so that nobody else’s key equals it by chance. Use a UUID.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'Idempotency-Key sudah dipakai untuk permintaan lain',
    titleEn: 'The Idempotency-Key was used for another request',
    doc: 'The key belongs to an earlier request with a different body. A new purchase needs a new key; a retry must repeat the body unchanged.',
  },
  request_in_progress: {
    status: 409,
    title: 'Permintaan yang sama sedang diproses',
    titleEn: 'The same request is still being processed',
    doc: 'Another request with this `Idempotency-Key` has not finished. Wait for the seconds of `Retry-After` and repeat it unchanged to receive its answer.',
  },
  sku_unknown: {
    status: 422,
    title: 'Produk tidak ditemukan',
    titleEn: 'The product does not exist',
    doc: 'A SKU of the request is not sold here. `errors[]` names which. Load the catalogue again.',
  },
  sku_unavailable: {
    status: 409,
    title: 'Produk sedang tidak tersedia',
    titleEn: 'The product is not available right now',
    doc: 'A SKU is sold out or paused. `errors[]` names which. Choose another one or try later.',
  },
  price_changed: {
    status: 409,
    title: 'Harga sudah berubah',
    titleEn: 'The price has changed',
    doc: 'The total differs from `expectedTotal`. The member `current` carries the fresh quote: show it to the buyer and send the order again with a new `Idempotency-Key` and the new total. Nothing was charged.',
  },
  payment_method_unavailable: {
    status: 422,
    title: 'Metode pembayaran tidak bisa dipakai',
    titleEn: 'This payment method cannot be used',
    doc: 'The method is unknown, switched off, or the amount lies outside its limits. Ask `POST /api/quote` for the methods that can be used.',
  },
  not_renewable: {
    status: 409,
    title: 'Pesanan ini tidak bisa dibayar ulang',
    titleEn: 'This order cannot be paid anew',
    doc: 'It is paid, cancelled, looked into by a person, or was tried too many times. Look at the order; for the same goods create a new one.',
  },
  method_unknown: {
    status: 404,
    title: 'Cara bayar itu tidak ada',
    titleEn: 'There is no such way to pay',
    doc: 'No configured gateway has a method of this name. Ask `GET /api/admin/payment-methods` for those there are.',
  },
  qris_fee: {
    status: 422,
    title: 'Biaya QRIS tidak boleh dibebankan ke pembeli',
    titleEn: 'Buyers may not be charged for QRIS',
    doc: 'Regulation forbids a surcharge for QRIS, and a page of many ways to pay offers it, too. The shop bears this cost; nothing was changed.',
  },
  gateway_unavailable: {
    status: 503,
    title: 'Penyedia pembayaran sedang terganggu',
    titleEn: 'The payment provider is not answering',
    doc: 'The payment could not be opened. Nothing was charged. The member `methods` lists what else can be used; otherwise repeat after `Retry-After` seconds.',
  },
  supplier_unreachable: {
    status: 503,
    title: 'Pemasok tidak menjawab',
    titleEn: 'The supplier does not answer',
    doc: 'The supplier did not tell its balance, so nothing was changed. Try again when it is back.',
  },
  not_found: {
    status: 404,
    title: 'Tidak ditemukan',
    titleEn: 'Not found',
    doc: 'There is nothing at this address for you: it never existed, has expired, or belongs to somebody else. The answer is the same in all these cases on purpose.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Metode HTTP ini tidak didukung di sini',
    titleEn: 'This HTTP method is not supported here',
    doc: 'The address exists, the method does not. The header `Allow` lists the methods that do.',
  },
  token_required: {
    status: 401,
    title: 'Token operator diperlukan',
    titleEn: 'An operator token is required',
    doc: 'The route needs `Authorization: Bearer <ADMIN_API_TOKEN>`; cron routes also take `CRON_SECRET_KEY` as bearer or `?key=`. The token is missing or wrong, or none is configured.',
  },
  cross_site_request: {
    status: 403,
    title: 'Permintaan dari situs lain ditolak',
    titleEn: 'Requests from other sites are refused',
    doc: 'A browser sent this from a page that is not ours. Open the shop at its public address (`APP_URL`) and send the form from there. Programs without a browser are not concerned as long as they send neither `Origin` nor `Sec-Fetch-Site`.',
  },
  body_too_large: {
    status: 413,
    title: 'Isi permintaan terlalu besar',
    titleEn: 'The body is too large',
    doc: 'JSON and webhooks may have up to 64 KB, forms 256 KB, stock imports 5 MB. Split the work.',
  },
  headers_too_large: {
    status: 431,
    title: 'Header permintaan terlalu besar',
    titleEn: 'The headers are too large',
    doc: 'All headers together may have up to 16 KB. Clear the cookies of this site, or fix the client.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'Jenis isi tidak didukung',
    titleEn: 'The content type is not supported',
    doc: 'Send JSON as `Content-Type: application/json` in UTF-8. Stock imports take `text/csv`, `text/plain` or `multipart/form-data` with a part named `file`.',
  },
  unsupported_encoding: {
    status: 415,
    title: 'Isi terkompresi tidak didukung',
    titleEn: 'Compressed bodies are not supported',
    doc: 'Send the body without `Content-Encoding`.',
  },
  request_timeout: {
    status: 408,
    title: 'Permintaan terlalu lama dikirim',
    titleEn: 'The request took too long to arrive',
    doc: 'Headers must arrive within 10 seconds and the whole request within 20. Send it again on a better connection.',
  },
  rate_limited: {
    status: 429,
    title: 'Terlalu banyak permintaan',
    titleEn: 'Too many requests',
    doc: 'Wait for the seconds of `Retry-After`. The `RateLimit-*` headers of earlier answers tell how much is left.',
  },
  too_many_streams: {
    status: 429,
    title: 'Terlalu banyak pantauan langsung terbuka',
    titleEn: 'Too many live connections are open',
    doc: 'One address may keep a limited number of live status connections. Close others, or ask `GET /api/track/:token` every few seconds instead.',
  },
  webhook_forged: {
    status: 401,
    title: 'Tanda tangan webhook salah',
    titleEn: 'The webhook signature is wrong',
    doc: 'The signature is missing or does not fit the raw body. Check that the provider’s secret here and in its dashboard are the same, and that no proxy rewrites the body.',
  },
  webhook_malformed: {
    status: 400,
    title: 'Isi webhook tidak dikenali',
    titleEn: 'The webhook body is not the provider’s',
    doc: 'The body is not what this provider sends. Check the address configured in the provider’s dashboard.',
  },
  store_unavailable: {
    status: 503,
    title: 'Penyimpanan sedang tidak bisa dijangkau. Coba lagi sebentar lagi',
    titleEn: 'The store cannot be reached right now. Please try again in a moment',
    doc: 'The database did not answer. Repeat the request after `Retry-After` seconds, with the same `Idempotency-Key`: nothing is done twice. A webhook was not stored, and its provider must send it again. If it lasts, look at `/readyz`.',
  },
  not_cancellable: {
    status: 409,
    title: 'Pesanan tidak bisa dibatalkan lagi',
    titleEn: 'The order can no longer be cancelled',
    doc: 'Only an unpaid order can be cancelled. Load the order again to see its state.',
  },
  not_correctable: {
    status: 409,
    title: 'Data baris ini tidak bisa diperbaiki lagi',
    titleEn: 'This line can no longer be corrected',
    doc: 'It was sent already, its time to correct is over, it was corrected three times, or it is finished. Load the order again: a line with a `correction` can be corrected.',
  },
  refund_account_not_needed: {
    status: 409,
    title: 'Tidak perlu nomor rekening untuk pesanan ini',
    titleEn: 'This order needs no account to be paid back to',
    doc: 'An account is asked for only while a person pays a refund back, because the way the order was paid cannot. Load the order again: `payment.refund` says how its refund stands.',
  },
  not_allowed: {
    status: 409,
    title: 'Keputusan ini tidak bisa dijalankan',
    titleEn: 'This decision cannot be carried out',
    doc: 'The task does not allow it, or it has moved on meanwhile; `errors[]` says which. Load the task again: `actions` names what may be decided now. Nothing was changed.',
  },
  unknown_connection: {
    status: 404,
    title: 'Koneksi tidak dikenal',
    titleEn: 'The connection is not known',
    doc: 'No external system of this name is configured. `GET /api/sync/connections` lists those that are; the others need their variables in the environment of the installation.',
  },
  unknown_stream: {
    status: 404,
    title: 'Aliran data tidak dikenal',
    titleEn: 'The stream is not known',
    doc: 'The connection has no stream of this name. `GET /api/sync/connections` lists its streams.',
  },
  paused: {
    status: 409,
    title: 'Koneksi sedang dijeda',
    titleEn: 'The connection is paused',
    doc: 'An operator holds the connection still; `GET /api/sync/connections` tells who and since when. Nothing was started. Resume it with `POST /api/sync/connections/:name/resume`, then ask again.',
  },
  range_not_supported: {
    status: 422,
    title: 'Sumber ini tidak bisa ditarik per rentang waktu',
    titleEn: 'This source cannot be asked for a range of time',
    doc: 'One of the streams always compares everything, because its source has no list of changes. Ask without `from` and `to`, or name only streams that have one.',
  },
  bad_range: {
    status: 400,
    title: 'Rentang waktu tidak sah',
    titleEn: 'The range of time is not valid',
    doc: '`from` must lie before `to`, and both or neither must be given where the mode is a range. Times are ISO 8601 with a zone, for example `2026-11-01T00:00:00+07:00`.',
  },
  plan_unknown: {
    status: 404,
    title: 'Rencana tidak ditemukan',
    titleEn: 'The plan does not exist',
    doc: '`planOf` must be the id of a dry run of the same connection. Make a dry run first and use its `runId`.',
  },
  plan_not_finished: {
    status: 409,
    title: 'Rencana belum selesai atau gagal',
    titleEn: 'The plan is not finished, or has failed',
    doc: 'Only the plan of a dry run that succeeded can be carried out. Look at `GET /api/runs/:id`: wait for it, or make a new dry run.',
  },
  run_over: {
    status: 409,
    title: 'Sinkronisasi ini sudah selesai',
    titleEn: 'This run is already over',
    doc: 'A run that has ended cannot be cancelled. Nothing was changed by this request.',
  },
  nothing_to_approve: {
    status: 409,
    title: 'Tidak ada yang perlu disetujui',
    titleEn: 'There is nothing to approve',
    doc: 'The run does not wait for approval: it goes on, it has ended, or somebody approved it before.',
  },
  field_unknown: {
    status: 422,
    title: 'Isian ini tidak ada pada data tersebut',
    titleEn: 'The record has no such field',
    doc: 'Only fields that synchronisation writes can be locked. `GET /api/runs/:id/changes` shows their names.',
  },
  export_unknown: {
    status: 404,
    title: 'Ekspor ini tidak ada',
    titleEn: 'There is no such export',
    doc: 'The member `names` lists what can be exported.',
  },
  below_floor: {
    status: 409,
    title: 'Harga ini di bawah batas terendah',
    titleEn: 'This price is below the floor',
    doc: 'The price from before the change would sell below what the goods cost today plus the least margin of their rule. The member `floor` is that limit in rupiah; nothing was changed. `GET /api/prices/:sku` shows how today’s price came about.',
  },
  not_stock: {
    status: 409,
    title: 'SKU ini tidak dijual dari stok',
    titleEn: 'This SKU is not sold from stock',
    doc: 'Only SKUs with the delivery kind STOCK take imports. Check the SKU code.',
  },
  not_shared: {
    status: 409,
    title: 'SKU ini tidak menjual kursi',
    titleEn: 'This SKU does not sell seats',
    doc: 'Accounts with seats are added to SKUs that sell seats. `npx lapak shared sku <sku>` makes one of a SKU that is delivered from stock.',
  },
  import_empty: {
    status: 400,
    title: 'Tidak ada baris untuk diimpor',
    titleEn: 'There is nothing to import',
    doc: 'The file has no usable row: one secret per line is expected.',
  },
  took_too_long: {
    status: 503,
    title: 'Permintaan terlalu lama diproses',
    titleEn: 'The request took too long',
    doc: 'The answer was not ready in time; the work may still finish. Repeat the request after `Retry-After` seconds with the same `Idempotency-Key`: nothing is done twice.',
  },
  internal_error: {
    status: 500,
    title: 'Terjadi kesalahan di pihak kami',
    titleEn: 'Something went wrong on our side',
    doc: 'A bug or a broken dependency. Repeating the request with the same `Idempotency-Key` is safe. Tell the operator the `requestId`: it finds the log lines.',
  },
} as const satisfies Record<ProblemCode, ProblemEntry>

/** The codes in the order of the registry. */
export function problemCodes(): ProblemCode[] {
  return Object.keys(PROBLEMS).filter(isProblemCode)
}

function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(PROBLEMS, text)
}

/** The page `docs/errors.md` as Markdown: one section per code. */
export function renderProblemDocs(): string {
  const sections = problemCodes().map((code) => {
    const { status, title, titleEn, doc } = PROBLEMS[code]
    return `## ${code}\n\n${status} · ${titleEn} · *${title}*\n\n${doc}\n`
  })
  return `# Errors\n\n${INTRODUCTION}\n\n${sections.join('\n')}`
}

const INTRODUCTION = `Every refused request is answered with \`application/problem+json\` (RFC 9457): \`type\` (an address that leads to the entry below), \`title\`, \`status\`, \`detail\`, \`code\`, \`requestId\`, and where it helps \`errors[]\` (\`pointer\`, \`code\`, \`detail\`) and \`retryAfterSeconds\` together with the header \`Retry-After\`. Branch on \`code\`: it never changes its meaning. Titles and details come in the language of the request (\`?lang=\`, the body's \`locale\`, or \`Accept-Language\`; Indonesian otherwise). This page is written from the registry in \`src/http/problems.ts\`; a test keeps them equal.`
