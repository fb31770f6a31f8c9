import { defineTexts } from './locale.ts'

/** What an order's page says when something did not go as planned: late work, money, wrong details. */
export const exitTexts = defineTexts(
  {
    lateTitle: 'Ini lebih lama dari biasanya',
    lateText:
      'Uang Anda aman dan pesanan tetap dikerjakan. Anda boleh menunggu: kalau akhirnya tidak bisa dikirim, uangnya dikembalikan. Atau tanyakan kepada kami; nomor pesanan sudah terisi di pesannya.',
    surplusTitle: {
      late: 'Pembayaran Anda masuk setelah waktunya habis',
      double: 'Pesanan ini terbayar dua kali',
      underpaid: 'Pembayaran kurang dari jumlahnya',
      overpaid: 'Pembayaran lebih dari jumlahnya',
      cancelled: 'Pembayaran masuk setelah pesanan dibatalkan',
    },
    surplus: {
      late: (amount: string) =>
        `${amount} sudah kami terima dan aman, tetapi pesanannya sudah tidak bisa dikerjakan. Uangnya kami kembalikan; jangan bayar lagi.`,
      double: (amount: string) =>
        `${amount} masuk untuk kedua kalinya. Pesanan Anda tidak terpengaruh, dan kelebihannya kami kembalikan.`,
      underpaid: (amount: string) =>
        `${amount} sudah kami terima, kurang dari yang diminta, jadi pesanan tidak dikerjakan. Semuanya kami kembalikan; jangan menambah kekurangannya.`,
      overpaid: (amount: string) =>
        `${amount} sudah kami terima, lebih dari yang diminta, jadi pesanan tidak dikerjakan. Semuanya kami kembalikan; setelah itu silakan pesan lagi.`,
      cancelled: (amount: string) =>
        `${amount} sudah kami terima dan aman. Uangnya kami kembalikan; jangan bayar lagi.`,
    },
    surplusNext: 'Anda tidak perlu melakukan apa pun, kecuali diminta di halaman ini.',
    refundTitle: 'Pengembalian uang',
    refundDoneTitle: 'Uang sudah dikembalikan',
    refund: {
      pending: (amount: string, method: string) => `${amount} sedang dikembalikan lewat ${method}.`,
      done: (amount: string, method: string) => `${amount} sudah dikembalikan lewat ${method}.`,
      manual: (amount: string, method: string) =>
        `${amount} dikembalikan oleh tim kami, karena ${method} tidak bisa mengembalikan uang sendiri.`,
    },
    refundDoneTo: (amount: string, account: string) => `${amount} sudah dikembalikan ke ${account}.`,
    refundTo: (account: string) => `Tujuan: ${account}.`,
    refundWait: 'Kami kirim ke sana, lalu halaman ini berubah sendiri.',
    accountTitle: 'Ke mana uangnya dikirim?',
    accountText: 'Isi rekening atau e-wallet Anda. Hanya dipakai untuk pengembalian ini.',
    accountChange: 'Ganti tujuan',
    bank: 'Bank atau e-wallet',
    bankHelp: 'Contoh: BCA, BRI, DANA',
    accountNumber: 'Nomor rekening atau nomor e-wallet',
    holder: 'Nama pemilik',
    holderHelp: 'Seperti tertulis di rekening.',
    saveAccount: 'Kirim tujuan ini',
    accountSaved: 'Tujuan pengembalian tersimpan',
    notNeeded: 'Pengembalian ini sudah berjalan',
    notNeededText: 'Tujuannya tidak bisa diganti lagi. Keadaannya tertulis di bawah.',
    missing: (label: string) => `Isi ${label.toLowerCase()} dulu.`,
    fixTitle: 'Ada yang perlu dibetulkan',
    fixText: 'Periksa bagian yang ditandai. Isian Anda yang lain tetap tersimpan.',
    correctTitle: 'Data ini perlu dibetulkan',
    correctText: 'Belum ada yang dibeli, dan uang Anda aman. Betulkan datanya, lalu kami coba lagi.',
    correctUntil: (at: string) => `Kalau tidak dibetulkan sampai ${at}, uangnya dikembalikan.`,
    correctEarlyTitle: 'Salah tulis? Betulkan sekarang',
    correctButton: 'Kirim data yang benar',
    declineAsk: 'Lebih baik uangnya dikembalikan?',
    declineHelp: 'Barang ini tidak dikirim, dan harganya dikembalikan.',
    decline: 'Kembalikan uang saya',
    corrected: 'Data yang baru sudah kami terima',
    correctedText: 'Kami coba lagi sekarang; halaman ini berubah sendiri.',
    declined: 'Uangnya kami kembalikan',
    notCorrectable: 'Data ini sudah tidak bisa diubah',
    notCorrectableText: 'Keadaannya sudah berubah. Lihat di bawah.',
  },
  {
    lateTitle: 'This is taking longer than usual',
    lateText:
      'Your money is safe and the order is still being worked on. You may wait: should it not be deliverable in the end, the money is returned. Or ask us; the order number is already in the message.',
    surplusTitle: {
      late: 'Your payment came after its time',
      double: 'This order was paid twice',
      underpaid: 'The payment was less than the amount',
      overpaid: 'The payment was more than the amount',
      cancelled: 'A payment came after the order was cancelled',
    },
    surplus: {
      late: (amount: string) =>
        `We received ${amount} and it is safe, but the order can no longer be carried out. We return the money; please do not pay again.`,
      double: (amount: string) =>
        `${amount} came a second time. Your order is not affected, and we return what is too much.`,
      underpaid: (amount: string) =>
        `We received ${amount}, less than was asked, so the order was not started. We return all of it; please do not pay the rest.`,
      overpaid: (amount: string) =>
        `We received ${amount}, more than was asked, so the order was not started. We return all of it; then please order again.`,
      cancelled: (amount: string) =>
        `We received ${amount} and it is safe. We return the money; please do not pay again.`,
    },
    surplusNext: 'You need not do anything unless this page asks you to.',
    refundTitle: 'Refund',
    refundDoneTitle: 'The money was returned',
    refund: {
      pending: (amount: string, method: string) => `${amount} is being returned by ${method}.`,
      done: (amount: string, method: string) => `${amount} was returned by ${method}.`,
      manual: (amount: string, method: string) =>
        `${amount} is returned by our team, because ${method} cannot return money by itself.`,
    },
    refundDoneTo: (amount: string, account: string) => `${amount} was returned to ${account}.`,
    refundTo: (account: string) => `It goes to ${account}.`,
    refundWait: 'We send it there, then this page changes by itself.',
    accountTitle: 'Where shall the money go?',
    accountText: 'Enter your bank account or e-wallet. It is used for this refund only.',
    accountChange: 'Change where it goes',
    bank: 'Bank or e-wallet',
    bankHelp: 'For example BCA, BRI, DANA',
    accountNumber: 'Account or e-wallet number',
    holder: 'Name of the holder',
    holderHelp: 'As written on the account.',
    saveAccount: 'Send it there',
    accountSaved: 'We know where the refund goes',
    notNeeded: 'This refund is already under way',
    notNeededText: 'Where it goes can no longer be changed. How it stands is shown below.',
    missing: (label: string) => `Please enter the ${label.toLowerCase()}.`,
    fixTitle: 'Something needs fixing',
    fixText: 'Check the marked parts. Everything else you entered is kept.',
    correctTitle: 'These details need correcting',
    correctText: 'Nothing was bought yet, and your money is safe. Correct the details and we try again.',
    correctUntil: (at: string) => `If they are not corrected by ${at}, the money is returned.`,
    correctEarlyTitle: 'A typing mistake? Correct it now',
    correctButton: 'Send the right details',
    declineAsk: 'Rather have the money back?',
    declineHelp: 'This item is not delivered, and its price is returned.',
    decline: 'Give my money back',
    corrected: 'We have your new details',
    correctedText: 'We are trying again now; this page changes by itself.',
    declined: 'We return the money',
    notCorrectable: 'These details can no longer be changed',
    notCorrectableText: 'Things have moved on. See below.',
  },
)
