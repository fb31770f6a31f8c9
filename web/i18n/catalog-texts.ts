import { defineTexts } from './locale.ts'

/** Home page and product list. */
export const catalogTexts = defineTexts(
  {
    homeTitle: 'Top up game, voucher, dan akun premium',
    homeLead:
      'Bayar lewat QRIS, e-wallet, atau transfer bank. Pesanan diproses otomatis begitu pembayaran masuk, siang maupun malam.',
    homeDescription:
      'Top up game, voucher digital, dan akun premium dengan pembayaran QRIS dan pengiriman otomatis.',
    searchLabel: 'Cari produk',
    searchHint: 'Cari game atau layanan…',
    search: 'Cari',
    categories: 'Kategori',
    allCategories: 'Semua',
    allKinds: 'Semua cara kirim',
    kindLabel: 'Cara kirim',
    popular: 'Paling dicari',
    seeAll: 'Lihat semua',
    howTitle: 'Cara belanja',
    how: [
      {
        title: 'Pilih produk',
        text: 'Isi ID atau email tujuan. Nama akun kami cek di tempat, sebelum Anda membayar.',
      },
      { title: 'Bayar', text: 'Total sudah termasuk biaya dan terlihat sebelum Anda menekan tombol bayar.' },
      {
        title: 'Terima',
        text: 'Status bergerak sendiri di halaman pesanan. Kode tampil di sana, tanpa perlu akun.',
      },
    ],
    trustTitle: 'Yang kami jaga',
    trust: [
      {
        title: 'Harga tidak berubah diam-diam',
        text: 'Kalau harga bergerak saat Anda belanja, kami tunjukkan harga lama dan baru, lalu bertanya dulu.',
      },
      {
        title: 'Uang Anda tidak hilang',
        text: 'Pembayaran yang terlambat pun tetap dikenali: pesanan dikirim, atau uang dikembalikan.',
      },
      {
        title: 'Salah ID dicegah',
        text: 'Nama pemain ditampilkan untuk dicocokkan sebelum bayar, bila gamenya mendukung.',
      },
      {
        title: 'Kode tersimpan rahasia',
        text: 'Kode disimpan terenkripsi dan hanya terbuka lewat link pesanan Anda.',
      },
    ],
    listTitle: 'Semua produk',
    listDescription: 'Daftar lengkap top up game, voucher, dan akun premium.',
    count: (total: number) => `${total} produk`,
    foundFor: (total: number, query: string) => `${total} produk untuk “${query}”`,
    emptyTitle: 'Belum ketemu',
    emptyText: 'Coba kata yang lebih pendek, atau lihat semua produk.',
    clearFilters: 'Hapus semua saringan',
    next: 'Berikutnya',
    first: 'Kembali ke awal',
    filtersLabel: 'Saringan produk',
  },
  {
    homeTitle: 'Game top-ups, vouchers and premium accounts',
    homeLead:
      'Pay by QRIS, e-wallet or bank transfer. Orders are handled automatically as soon as the payment arrives, day and night.',
    homeDescription:
      'Game top-ups, digital vouchers and premium accounts with QRIS payment and automatic delivery.',
    searchLabel: 'Search products',
    searchHint: 'Search a game or service…',
    search: 'Search',
    categories: 'Categories',
    allCategories: 'All',
    allKinds: 'Any delivery',
    kindLabel: 'Delivery',
    popular: 'Most wanted',
    seeAll: 'See all',
    howTitle: 'How it works',
    how: [
      {
        title: 'Choose a product',
        text: 'Enter the account id or e-mail. We check the account name on the spot, before you pay.',
      },
      { title: 'Pay', text: 'The total includes every fee and is shown before you press the pay button.' },
      { title: 'Receive', text: 'The order page moves by itself. Codes appear there; no account needed.' },
    ],
    trustTitle: 'What we look after',
    trust: [
      {
        title: 'No silent price changes',
        text: 'If a price moves while you shop, we show the old and the new one and ask first.',
      },
      {
        title: 'Your money is never lost',
        text: 'Even a late payment is recognised: the order is delivered, or the money returned.',
      },
      {
        title: 'Wrong ids are caught',
        text: 'The player name is shown for you to compare before paying, where the game allows it.',
      },
      {
        title: 'Codes stay secret',
        text: 'Codes are stored encrypted and open only through the link of your order.',
      },
    ],
    listTitle: 'All products',
    listDescription: 'Every game top-up, voucher and premium account.',
    count: (total: number) => (total === 1 ? '1 product' : `${total} products`),
    foundFor: (total: number, query: string) =>
      `${total} ${total === 1 ? 'product' : 'products'} for “${query}”`,
    emptyTitle: 'Nothing found',
    emptyText: 'Try a shorter word, or look at all products.',
    clearFilters: 'Clear all filters',
    next: 'Next',
    first: 'Back to the start',
    filtersLabel: 'Product filters',
  },
)
