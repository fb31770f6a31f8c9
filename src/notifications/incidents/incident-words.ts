import type { Locale } from '../message-view.ts'

type Words = readonly [indonesian: string, english: string]

/** What a kind of trouble is called, and what to do about it. `{subject}` and `{count}` are filled in. */
const KINDS: Readonly<Record<string, { title: Words; advice: Words }>> = {
  tasks_waiting: {
    title: ['{count} tugas menunggu: {subject}', '{count} task(s) wait: {subject}'],
    advice: ['Jalankan: lapak tasks', 'Run: lapak tasks'],
  },
  supplier_balance: {
    title: ['Saldo pemasok {subject} tipis', 'The balance at supplier {subject} is low'],
    advice: ['Isi saldonya.', 'Top it up.'],
  },
  supplier_paused: {
    title: ['Pemasok {subject} sedang dihindari', 'Supplier {subject} is avoided for now'],
    advice: ['Lihat: lapak suppliers', 'See: lapak suppliers'],
  },
  account_out: {
    title: ['Akun undangan {subject} tidak bisa dipakai', 'Invite account {subject} cannot be used'],
    advice: ['Lihat: lapak accounts list', 'See: lapak accounts list'],
  },
  sync_trouble: {
    title: ['Sinkronisasi bermasalah: {subject}', 'Synchronisation is in trouble: {subject}'],
    advice: ['Lihat: lapak sync list', 'See: lapak sync list'],
  },
  jobs_dead: {
    title: ['{count} tugas latar gagal: {subject}', '{count} background jobs failed: {subject}'],
    advice: ['Lihat log worker.', 'Read the worker’s log.'],
  },
  stock_low: {
    title: ['Stok {subject} tinggal {count}', 'Stock of {subject} is down to {count}'],
    advice: [
      'Tambah: lapak import stock {subject} <berkas.csv>',
      'Add: lapak import stock {subject} <file.csv>',
    ],
  },
  messages_dead: {
    title: ['{count} pesan {subject} tidak terkirim', '{count} {subject} messages were not delivered'],
    advice: ['Lihat: lapak messages log', 'See: lapak messages log'],
  },
  channel_down: {
    title: [
      'Saluran {subject} tidak menjawab; {count} pesan menunggu',
      'Channel {subject} does not answer; {count} messages wait',
    ],
    advice: ['Periksa: lapak doctor', 'Check: lapak doctor'],
  },
}

/** Subjects that are kinds themselves, in words. */
const SUBJECTS: Readonly<Record<string, Words>> = {
  purchase_manual: ['pembelian diputuskan orang', 'purchases to be decided'],
  purchase_reversed: ['pembelian ditarik pemasok', 'purchases that a supplier took back'],
  purchase_unknown: ['pembelian tanpa kabar', 'purchases without an answer'],
  refund_manual: ['dana dikembalikan orang', 'refunds to be paid by a person'],
  payment_exception: ['uang tanpa pesanan', 'money without an order'],
  invite_manual: ['undangan diputuskan orang', 'invites to be decided'],
  order_stuck: ['pesanan macet', 'orders that are stuck'],
  overdue: ['lewat tenggat', 'past their deadline'],
  email: ['surel', 'e-mail'],
  whatsapp: ['WhatsApp', 'WhatsApp'],
  telegram: ['Telegram', 'Telegram'],
}

/** One line that says what is wrong; an unknown kind is named as it is. */
export function incidentTitle(
  incident: { kind: string; subject: string; count: number },
  locale: Locale,
): string {
  const known = KINDS[incident.kind]
  const words = known === undefined ? `${incident.kind}: {subject} ({count})` : pick(known.title, locale)
  const subject = SUBJECTS[incident.subject]
  return words
    .replaceAll('{count}', String(incident.count))
    .replaceAll('{subject}', () => (subject === undefined ? incident.subject : pick(subject, locale)))
}

/** What to do about it. */
export function incidentAdvice({ kind, subject }: { kind: string; subject: string }, locale: Locale): string {
  const advice = KINDS[kind]?.advice ?? (['Lihat: lapak incidents', 'See: lapak incidents'] as const)
  return pick(advice, locale).replaceAll('{subject}', () => subject)
}

function pick(words: Words, locale: Locale): string {
  return words[locale === 'id' ? 0 : 1]
}
