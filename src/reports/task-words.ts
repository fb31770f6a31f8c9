import { decisionsOn } from '#payments'
import type { TaskRow } from './tasks-view-store.ts'
import type { Task, TaskAction } from './task-view.ts'

type Words = Pick<Task, 'title' | 'titleEn' | 'detail' | 'todo' | 'todoEn'>
type Described = Words & Pick<Task, 'owner' | 'actions'>

/** What a task is about, what is known, what to do next and what may be decided, in Indonesian and English. */
export function describeTask(row: TaskRow): Described {
  switch (row.kind) {
    case 'purchase_manual':
      return purchaseManual(row.facts)
    case 'purchase_reversed':
      return purchaseReversed(row.facts)
    case 'invite_manual':
      return inviteManual(row.facts)
    case 'refund_manual':
      return refundManual(row.facts)
    case 'payment_exception':
      return paymentException(row.facts)
    case 'overdue':
      return overdue(row.facts)
  }
}

type Facts<Kind extends TaskRow['kind']> = Extract<TaskRow, { kind: Kind }>['facts']

function action(name: string, label: string, labelEn: string, ...needs: string[]): TaskAction {
  return { action: name, label, labelEn, needs }
}

function listed(...parts: (string | null | undefined)[]): string {
  return parts.filter((part) => part != null && part !== '').join(' · ')
}

function purchaseManual({
  item,
  supplier,
  code,
  target,
  ref,
  sent,
  why,
  ...facts
}: Facts<'purchase_manual'>): Described {
  return {
    title: `Pembelian ${item} di ${supplier}: hasilnya tidak diketahui`,
    titleEn: `Purchase of ${item} at ${supplier}: its outcome is not known`,
    detail: listed(`${code} → ${target}`, ref === null ? null : `ref ${ref}`, sent, why),
    todo: 'Cari pesanan ini di situs pemasok. Terkirim: delivered. Gagal: failed (uang kembali). Tidak pernah ada: not_placed (dibeli lagi).',
    todoEn:
      'Look for this order on the supplier’s site. It arrived: delivered. It failed: failed (the money goes back). It was never there: not_placed (it is bought again).',
    owner: 'staff',
    actions: [
      action(
        'delivered',
        'Terkirim',
        'It arrived',
        'supplierRef',
        'price',
        ...(facts.brings_code ? ['note'] : []),
      ),
      action('failed', 'Gagal, kembalikan uang', 'It failed, give the money back'),
      action('not_placed', 'Tidak pernah dipesan, beli lagi', 'It was never placed, buy again'),
    ],
  }
}

function purchaseReversed({ item, supplier, code, target, ref }: Facts<'purchase_reversed'>): Described {
  return {
    title: `${supplier} menarik kembali ${item} yang sudah terkirim`,
    titleEn: `${supplier} took back ${item}, which was delivered`,
    detail: listed(`${code} → ${target}`, ref === null ? null : `ref ${ref}`),
    todo: 'Tanyakan ke pembeli. Barang tidak ada: kembalikan uang dulu (tasks refund), lalu settled.',
    todoEn: 'Ask the buyer. If the goods are gone, give the money back first (tasks refund), then settled.',
    owner: 'staff',
    actions: [action('settled', 'Sudah diurus dengan pembeli', 'Dealt with')],
  }
}

function inviteManual({ item, provider, plan, email, account, why }: Facts<'invite_manual'>): Described {
  return {
    title: `Undangan ${item} di ${provider} perlu diputuskan`,
    titleEn: `Invite to ${item} at ${provider} needs a decision`,
    detail: listed(plan, email, account, why),
    todo: 'Lihat anggota di akun penyedia. Sudah masuk: done. Coba lagi: again. Batal: failed (uang kembali bila belum pernah diundang).',
    todoEn:
      'Look at the members in the provider’s account. The buyer is in: done. Try again: again. Give up: failed (the money goes back unless the buyer was invited before).',
    owner: 'staff',
    actions: [
      action('done', 'Pembeli sudah diundang', 'The buyer is invited'),
      action('again', 'Antre lagi', 'Queue again'),
      action('failed', 'Batalkan', 'Give up'),
    ],
  }
}

function refundManual({ gateway, method, reference, why, account }: Facts<'refund_manual'>): Described {
  const isKnown = account !== null
  return {
    title: 'Uang harus dikembalikan dengan tangan',
    titleEn: 'Money has to be paid back by hand',
    detail: listed(`${gateway} ${method} ${reference}`, isKnown ? `→ ${account}` : null, why),
    todo: isKnown
      ? 'Transfer ke rekening ini, lalu catat: paid dengan bukti transfer.'
      : 'Pembeli ditanyai rekeningnya di halaman pesanan. Setelah ada: transfer, lalu paid dengan bukti.',
    todoEn: isKnown
      ? 'Transfer it to this account, then record it: paid, with the proof.'
      : 'The order’s page asks the buyer for an account. Once it is there: transfer, then paid with the proof.',
    owner: isKnown ? 'staff' : 'buyer',
    actions: [action('paid', 'Sudah ditransfer', 'It was transferred', 'note')],
  }
}

const EXCEPTIONS: Readonly<Record<Facts<'payment_exception'>['kind'], readonly [string, string]>> = {
  late: ['Uang datang setelah pesanan berakhir', 'Money came after its order ended'],
  double: ['Pesanan dibayar dua kali', 'An order was paid twice'],
  amount_mismatch: ['Jumlah yang dibayar tidak cocok', 'The amount paid does not fit'],
  cancelled_order: ['Uang untuk pesanan yang dibatalkan', 'Money for a cancelled order'],
  reversed: ['Gateway menarik kembali uang', 'The gateway took money back'],
  chargeback: ['Bank menarik kembali uang', 'A bank took money back'],
  foreign: ['Uang dengan nomor yang bukan milik toko', 'Money under a reference that is not the shop’s'],
  outside_refund: ['Uang dikembalikan di dasbor gateway', 'Money was given back in the gateway’s dashboard'],
}

const DECISIONS = {
  paid_back: ['Sudah dikembalikan dari rekening toko', 'Paid back from the shop’s account'],
  gone: ['Gateway sudah mengembalikannya', 'The gateway has returned it'],
  close: ['Selesai, tidak ada yang perlu dibukukan', 'Done, nothing to book'],
} as const

function paymentException({
  gateway,
  reference,
  why,
  booked_to,
  ...facts
}: Facts<'payment_exception'>): Described {
  const [title, titleEn] = EXCEPTIONS[facts.kind]
  const { kind, amount, taken_back: takenBack, is_reversed: isReversed } = facts
  const decisions = decisionsOn({ kind, amount, bookedTo: booked_to, takenBack, isReversed })
  return {
    title,
    titleEn,
    detail: listed(`${gateway} ${reference}`, why),
    todo: 'Bandingkan dengan dasbor gateway, selesaikan uangnya, lalu catat dengan keterangan.',
    todoEn: 'Compare with the gateway’s dashboard, settle the money, then record it with a note.',
    owner: 'staff',
    actions: decisions.map((name) => action(name, DECISIONS[name][0], DECISIONS[name][1], 'note')),
  }
}

const SUBJECTS: Readonly<Record<string, readonly [string, string]>> = {
  order: ['Pesanan', 'Order'],
  line: ['Barang', 'Line'],
  payment: ['Pembayaran', 'Payment'],
  purchase: ['Pembelian', 'Purchase'],
  invite: ['Undangan', 'Invite'],
  refund: ['Pengembalian', 'Refund'],
  inbox: ['Pesan penyedia', 'Provider’s message'],
  message: ['Pesan ke pembeli', 'Message to a buyer'],
}

function overdue({ subject, state, deadline, owner, item }: Facts<'overdue'>): Described {
  const [name, nameEn] = SUBJECTS[subject] ?? [subject, subject]
  const retry = action('retry', 'Coba lagi sekarang', 'Try again now')
  const refund = action('refund', 'Akhiri dan kembalikan uang', 'End it and give the money back')
  return {
    title: `${name} terlalu lama di ${state}`,
    titleEn: `${nameEn} stays too long in ${state}`,
    detail: listed(item, `batas/deadline ${deadline}`),
    todo: 'Lihat log dan penyedianya. Tugas ini menutup sendiri begitu barangnya bergerak.',
    todoEn: 'Look at the log and the provider. This task closes by itself once it moves on.',
    owner: owner === 'shop' ? 'staff' : (owner as Task['owner']),
    actions: subject === 'message' ? [] : subject === 'line' ? [retry, refund] : [retry],
  }
}
