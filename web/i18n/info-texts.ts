import { defineTexts } from './locale.ts'

/** One heading with its paragraphs; a paragraph starting with `- ` is a list item. */
export type InfoSection = { title: string; paragraphs: string[] }
export type InfoPage = { title: string; description: string; lead: string; sections: InfoSection[] }

/** Terms and privacy. */
export const infoTexts = defineTexts<{ terms: InfoPage; privacy: InfoPage }>(
  {
    terms: {
      title: 'Syarat & ketentuan',
      description: 'Aturan belanja: harga, pembayaran, pengiriman, pembatalan, dan pengembalian uang.',
      lead: 'Singkat dan dengan bahasa biasa. Dengan membayar, Anda menyetujui aturan di bawah ini.',
      sections: [
        {
          title: 'Apa yang Anda beli',
          paragraphs: [
            'Semua yang kami jual adalah barang digital: top up yang langsung masuk ke akun game atau layanan, kode voucher, dan akses akun berlangganan.',
            'Merek dan gambar produk adalah milik pemiliknya masing-masing.',
          ],
        },
        {
          title: 'Harga dan pembayaran',
          paragraphs: [
            'Harga tertulis dalam rupiah. Biaya cara bayar terlihat sebelum Anda membayar; tidak ada biaya lain sesudahnya.',
            'Kalau harga berubah di antara saat Anda memilih dan saat Anda menekan bayar, pesanan tidak dibuat. Kami tunjukkan harga yang baru dan menunggu persetujuan Anda.',
            'Setiap pesanan punya batas waktu bayar yang tertulis di halaman pesanan. Bayarlah tepat sejumlah yang tertulis.',
          ],
        },
        {
          title: 'Data akun yang Anda isi',
          paragraphs: [
            'Pastikan ID, server, atau email tujuan benar. Bila gamenya mendukung, kami menampilkan nama akun untuk dicocokkan.',
            'Top up yang sudah masuk ke ID yang Anda isi tidak bisa ditarik kembali, juga bila ID itu ternyata milik orang lain.',
          ],
        },
        {
          title: 'Pengiriman',
          paragraphs: [
            '- Kode instan: tampil di halaman pesanan begitu pembayaran diterima.',
            '- Top up langsung: dikirim ke pemasok begitu pembayaran diterima. Saat server game sibuk atau dirawat bisa lebih lama; halaman pesanan menunjukkan keadaannya.',
          ],
        },
        {
          title: 'Pembatalan dan pengembalian uang',
          paragraphs: [
            'Pesanan yang belum dibayar bisa Anda batalkan sendiri dari halaman pesanan.',
            'Pesanan yang tidak bisa kami kirim kami kembalikan uangnya. Bila beberapa barang dalam satu pesanan gagal, uang untuk bagian yang gagal yang dikembalikan.',
            'Pembayaran yang masuk setelah batas waktu tetap kami kenali: pesanan dikirim bila masih mungkin, selain itu uangnya dikembalikan.',
            'Kode yang sudah dibuka dan top up yang sudah masuk tidak bisa ditukar, kecuali kodenya memang tidak berfungsi. Laporkan segera, sertakan gambar pesan kesalahannya.',
          ],
        },
        {
          title: 'Penyalahgunaan',
          paragraphs: [
            'Pesanan dengan pembayaran milik orang lain tanpa izin, atau yang mencoba mengakali sistem, dapat kami tahan untuk diperiksa.',
          ],
        },
      ],
    },
    privacy: {
      title: 'Privasi',
      description: 'Data apa yang kami simpan, untuk apa, berapa lama, dan hak Anda.',
      lead: 'Kami hanya meminta yang perlu untuk mengirim pesanan Anda.',
      sections: [
        {
          title: 'Yang kami simpan',
          paragraphs: [
            '- Nama, email, dan nomor WhatsApp: untuk membuka pembayaran dan menghubungi Anda bila ada masalah.',
            '- ID akun atau email tujuan: untuk mengirim barangnya.',
            '- Catatan pesanan dan pembayaran: untuk pembukuan dan bila Anda bertanya di kemudian hari.',
            'Nomor kartu dan data masuk bank tidak pernah sampai kepada kami; itu hanya diisi di halaman penyedia pembayaran.',
          ],
        },
        {
          title: 'Kepada siapa data diteruskan',
          paragraphs: [
            'Penyedia pembayaran menerima jumlah, nomor pesanan, dan kontak Anda. Pemasok menerima ID akun tujuan, tidak lebih. Data Anda tidak kami jual.',
          ],
        },
        {
          title: 'Kuki',
          paragraphs: [
            'Kami memakai kuki hanya untuk bahasa dan untuk membuka kembali pesanan di perangkat yang sama. Tidak ada kuki iklan dan tidak ada pelacak dari pihak lain.',
          ],
        },
        {
          title: 'Pengamanan',
          paragraphs: [
            'Kode yang Anda beli disimpan terenkripsi. Halaman pesanan hanya terbuka dengan link rahasianya, jadi jangan membagikan link itu.',
          ],
        },
        {
          title: 'Hak Anda',
          paragraphs: [
            'Anda boleh meminta salinan data Anda, memintanya dibetulkan, atau dihapus. Catatan yang wajib disimpan untuk pembukuan tetap disimpan. Hubungi kami lewat halaman Bantuan.',
          ],
        },
      ],
    },
  },
  {
    terms: {
      title: 'Terms',
      description: 'Rules of buying here: prices, payment, delivery, cancelling and refunds.',
      lead: 'Short and in plain words. By paying you accept the rules below.',
      sections: [
        {
          title: 'What you buy',
          paragraphs: [
            'Everything we sell is digital: top-ups that go straight to a game or service account, voucher codes, and access to subscription accounts.',
            'Brands and product pictures belong to their owners.',
          ],
        },
        {
          title: 'Prices and payment',
          paragraphs: [
            'Prices are in rupiah. The fee of a way to pay is shown before you pay; nothing is added later.',
            'If a price changes between choosing and pressing pay, no order is made. We show the new price and wait for your consent.',
            'Every order has a time limit for payment, written on its page. Please pay exactly the amount shown.',
          ],
        },
        {
          title: 'The account details you enter',
          paragraphs: [
            'Make sure the id, server or e-mail is right. Where the game allows it, we show the account name for you to compare.',
            'A top-up that reached the id you entered cannot be taken back, even if that id belongs to somebody else.',
          ],
        },
        {
          title: 'Delivery',
          paragraphs: [
            '- Instant code: appears on your order page as soon as the payment is in.',
            '- Direct top-up: passed on to the supplier as soon as the payment is in. While a game server is busy or under maintenance it can take longer; the order page shows how things stand.',
          ],
        },
        {
          title: 'Cancelling and refunds',
          paragraphs: [
            'You can cancel an unpaid order yourself on its page.',
            'We return the money for an order we cannot deliver. If some items of an order fail, the money for those is returned.',
            'A payment that arrives after the time limit is still recognised: the order is delivered if possible, otherwise the money is returned.',
            'Opened codes and completed top-ups cannot be exchanged, unless the code truly does not work. Tell us right away, with a picture of the error.',
          ],
        },
        {
          title: 'Misuse',
          paragraphs: [
            'We may hold orders for a check when they were paid with money of others without consent, or try to trick the system.',
          ],
        },
      ],
    },
    privacy: {
      title: 'Privacy',
      description: 'What data we keep, why, for how long, and your rights.',
      lead: 'We ask only for what is needed to deliver your order.',
      sections: [
        {
          title: 'What we keep',
          paragraphs: [
            '- Name, e-mail and WhatsApp number: to open the payment and to reach you if something is wrong.',
            '- Account id or target e-mail: to deliver the goods.',
            '- Records of orders and payments: for our books, and for your questions later.',
            'Card numbers and bank log-ins never reach us; they are entered only on the pages of the payment provider.',
          ],
        },
        {
          title: 'Who else receives data',
          paragraphs: [
            'The payment provider receives the amount, order number and your contact. A supplier receives the target account id and nothing more. We do not sell your data.',
          ],
        },
        {
          title: 'Cookies',
          paragraphs: [
            'We use cookies only for the language and for reopening orders on the same device. There are no advertising cookies and no trackers of others.',
          ],
        },
        {
          title: 'Protection',
          paragraphs: [
            'Codes you buy are stored encrypted. An order page opens only with its secret link, so please do not share that link.',
          ],
        },
        {
          title: 'Your rights',
          paragraphs: [
            'You may ask for a copy of your data, for corrections, or for deletion. Records that the law makes us keep for bookkeeping stay. Contact us through the Support page.',
          ],
        },
      ],
    },
  },
)
