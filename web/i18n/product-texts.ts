import { defineTexts } from './locale.ts'

/** Product page. */
export const productTexts = defineTexts(
  {
    description: (name: string, from: string) =>
      `${name} mulai ${from}. Pembayaran QRIS dan transfer, dikirim otomatis.`,
    descriptionSoldOut: (name: string) => `${name}. Pembayaran QRIS dan transfer, dikirim otomatis.`,
    accountTitle: 'Data akun',
    choose: 'Pilih',
    check: 'Cek akun',
    checking: 'Sedang mengecek…',
    checkOk: (nickname: string, region: string) => `✓ ${nickname}${region ? ` (${region})` : ''}`,
    checkOffline: 'Belum bisa dicek. Anda tetap bisa lanjut; pastikan datanya benar.',
    checkHint: 'Nama akun akan muncul di sini untuk Anda cocokkan.',
    skuTitle: 'Pilih nominal',
    groupsLabel: 'Kelompok nominal',
    otherGroup: 'Lainnya',
    stockLeft: (left: number) => `Sisa ${left}`,
    unavailable: 'Sedang kosong',
    summaryLabel: 'Ringkasan',
    nothingChosen: 'Belum ada nominal dipilih',
    quantity: 'Jumlah',
    next: 'Lanjut ke pembayaran',
    nextFill: (label: string) => `Isi ${label}`,
    nextChoose: 'Pilih nominal',
    noticeTitle: 'Wajib dibaca',
    aboutTitle: 'Tentang produk ini',
    deliveryTitle: 'Bagaimana dikirim',
    delivery: {
      STOCK:
        'Kode tampil di halaman pesanan segera setelah pembayaran diterima, dan tetap bisa dibuka lewat link pesanan Anda.',
      INVITE:
        'Undangan dikirim ke email yang Anda isi. Posisi antrean dan perkiraan waktu terlihat di halaman pesanan.',
      SUPPLIER:
        'Saldo langsung masuk ke akun yang Anda isi, biasanya dalam hitungan menit. Nomor seri tampil di halaman pesanan.',
    },
    refundLine: 'Gagal terkirim? Uang kembali.',
    soldOutTitle: 'Semua nominal sedang kosong',
    soldOutText: 'Stok diisi ulang secara berkala. Silakan kembali lagi nanti.',
    fixTitle: 'Ada data yang perlu dibetulkan',
    fieldRequired: (label: string) => `Isi ${label} dulu.`,
    fieldShape: (label: string) => `${label} belum sesuai bentuknya. Periksa lagi.`,
    optional: 'boleh kosong',
    saved: 'Pilihan Anda tersimpan di alamat halaman ini.',
  },
  {
    description: (name: string, from: string) =>
      `${name} from ${from}. Pay by QRIS or transfer, delivered automatically.`,
    descriptionSoldOut: (name: string) => `${name}. Pay by QRIS or transfer, delivered automatically.`,
    accountTitle: 'Account details',
    choose: 'Choose',
    check: 'Check account',
    checking: 'Checking…',
    checkOk: (nickname: string, region: string) => `✓ ${nickname}${region ? ` (${region})` : ''}`,
    checkOffline: 'Could not be checked right now. You can go on; please make sure the details are right.',
    checkHint: 'The account name will appear here for you to compare.',
    skuTitle: 'Choose an amount',
    groupsLabel: 'Groups of amounts',
    otherGroup: 'Other',
    stockLeft: (left: number) => `${left} left`,
    unavailable: 'Out of stock',
    summaryLabel: 'Summary',
    nothingChosen: 'No amount chosen yet',
    quantity: 'Quantity',
    next: 'Continue to payment',
    nextFill: (label: string) => `Enter ${label}`,
    nextChoose: 'Choose an amount',
    noticeTitle: 'Please read first',
    aboutTitle: 'About this product',
    deliveryTitle: 'How it is delivered',
    delivery: {
      STOCK:
        'The code appears on your order page as soon as the payment is in, and stays available through your order link.',
      INVITE:
        'An invitation is sent to the e-mail you enter. Your place in the queue and the expected time are shown on the order page.',
      SUPPLIER:
        'The balance goes straight to the account you enter, usually within minutes. The serial number is shown on the order page.',
    },
    refundLine: 'Not delivered? Money back.',
    soldOutTitle: 'Everything is out of stock',
    soldOutText: 'Stock is refilled regularly. Please come back later.',
    fixTitle: 'Some details need fixing',
    fieldRequired: (label: string) => `Please enter ${label}.`,
    fieldShape: (label: string) => `${label} does not look right. Please check it.`,
    optional: 'optional',
    saved: 'Your choice is kept in the address of this page.',
  },
)
