import { countOpenTasks, type OpenTaskKind } from '#reports'
import type { Config } from '#platform/config.ts'
import { openDatabase } from '#platform/database.ts'
import type { Finding } from './doctor-checks.ts'

const TASKS: Readonly<Record<OpenTaskKind, readonly [what: string, todo: string]>> = {
  purchase_manual: [
    'pembelian / purchases',
    'perlu diputuskan orang: lihat di situs pemasok / need a decision: look at the supplier’s site',
  ],
  purchase_unknown: [
    'pembelian / purchases',
    'lebih dari 15 menit tanpa jawaban pemasok / without an answer for over 15 minutes',
  ],
  purchase_reversed: [
    'pembelian / purchases',
    'ditarik kembali pemasok: urus dengan pembeli / taken back by the supplier: settle it with the buyer',
  ],
  invite_manual: ['undangan / invites', 'perlu diputuskan orang / need a decision'],
  refund_manual: ['pengembalian / refunds', 'harus dibayar dengan tangan / must be paid by hand'],
  payment_exception: [
    'pembayaran / payments',
    'uang tanpa pesanan atau sebaliknya / money without an order, or the reverse',
  ],
  message_ignored: [
    'pesan / messages',
    'penyedia diabaikan sehari ini / of providers ignored in the last day',
  ],
  dead_letter: ['pekerjaan / jobs', 'kehabisan percobaan / ran out of tries: look at the log'],
  order_stuck: [
    'pesanan / orders',
    'dibayar lebih dari 10 menit lalu, belum selesai / paid over 10 minutes ago and not finished',
  ],
  overdue: [
    'melewati batas / overdue',
    'terlalu lama di tempatnya: npx lapak tasks / stay where they are for too long: npx lapak tasks',
  ],
  sync_dead_letter: [
    'sinkronisasi / sync',
    'data ditolak: perbaiki di sumbernya, lalu ulangi / records refused: mend them at the source, then replay',
  ],
  sync_approval: [
    'sinkronisasi / sync',
    'menunggu persetujuan: banyak data hilang di sumbernya / wait for approval: many records are gone at the source',
  ],
  sync_review: [
    'sinkronisasi / sync',
    'terkirim dengan hasil tak diketahui / sent to another system with an unknown outcome',
  ],
  sync_alert: [
    'sinkronisasi / sync',
    'peringatan terbuka: terlambat, gagal, atau banyak ditolak / open alerts: late, failed or refused',
  ],
}

/** What waits for a person, one line per kind that is not empty. Needs a migrated database. */
export async function findOpenTasks(config: Config): Promise<Finding[]> {
  const db = openDatabase({ url: config.database.directUrl.reveal(), connections: 1 })
  try {
    const open = (await countOpenTasks(db)).filter(({ count }) => count > 0)
    if (open.length === 0) return [{ ok: true, what: 'tugas / open tasks', detail: 'tidak ada / none' }]
    return open.map(({ kind, count }) => {
      const [what, todo] = TASKS[kind]
      return { ok: true, waiting: true, what, detail: `${count} ${todo}` }
    })
  } finally {
    await db.close()
  }
}
