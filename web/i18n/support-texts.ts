import { defineTexts } from './locale.ts'

/** Questions with answers, and the support page. */
export const supportTexts = defineTexts(
  {
    faqTitle: 'Tanya jawab',
    faqDescription: 'Jawaban tentang pembayaran, pengiriman, salah ID, dan pengembalian uang.',
    questions: [
      {
        question: 'Berapa lama pesanan sampai?',
        answer:
          'Kode tampil begitu pembayaran diterima. Top up langsung dikirim ke pemasok saat itu juga; selesainya tergantung server game atau operator.',
      },
      {
        question: 'Saya sudah bayar, tetapi status belum berubah.',
        answer:
          'Tekan “Cek pembayaran sekarang” di halaman pesanan; kami langsung bertanya ke penyedia pembayaran. Uang Anda tidak hilang: pembayaran yang terlambat terbaca pun tetap dikenali.',
      },
      {
        question: 'Saya salah memasukkan ID. Bisa dibatalkan?',
        answer:
          'Bisa selama belum dibayar: batalkan di halaman pesanan lalu pesan lagi. Setelah top up masuk ke ID itu, kirimannya tidak bisa ditarik kembali. Karena itu cocokkan dulu nama akun yang kami tampilkan.',
      },
      {
        question: 'Pesanan saya gagal. Bagaimana uang saya?',
        answer:
          'Uang untuk barang yang tidak terkirim dikembalikan. Jumlah, cara, dan keadaannya tertulis di halaman pesanan.',
      },
      {
        question: 'Waktu bayar habis, padahal saya baru saja membayar.',
        answer:
          'Biarkan saja halamannya terbuka. Begitu pembayaran terbaca, pesanan tetap dikirim bila masih mungkin; kalau tidak, uangnya dikembalikan.',
      },
      {
        question: 'Kode saya tidak berfungsi.',
        answer:
          'Periksa dulu wilayah akun dan aturan penukaran di halaman produk. Kalau tetap gagal, segera hubungi kami dengan nomor pesanan dan gambar pesan kesalahannya.',
      },
      {
        question: 'Apakah saya harus punya akun?',
        answer:
          'Tidak. Cukup nama, WhatsApp, dan email. Setelah memesan, salin link rahasia di halaman pesanan; dengan link itu pesanan bisa dibuka kapan saja.',
      },
      {
        question: 'Cara bayar apa saja yang ada?',
        answer:
          'QRIS dan cara lain yang sedang aktif muncul di halaman pembayaran, masing-masing dengan total yang sudah termasuk biaya.',
      },
      {
        question: 'Saya kehilangan link pesanan.',
        answer:
          'Di perangkat yang dipakai memesan, cukup isi nomor pesanan di halaman Lacak pesanan. Di perangkat lain, hubungi kami dengan nomor pesanan dan email yang dipakai.',
      },
    ],
    supportTitle: 'Bantuan',
    supportDescription: 'Hubungi kami lewat WhatsApp atau email.',
    supportLead: 'Tulis nomor pesanan dan apa yang terjadi. Semakin jelas, semakin cepat kami bisa membantu.',
    whatsApp: 'Kirim WhatsApp',
    email: 'Kirim email',
    message: (number: string) =>
      number ? `Halo, saya perlu bantuan untuk pesanan ${number}.` : 'Halo, saya perlu bantuan.',
    subject: (number: string) => (number ? `Bantuan pesanan ${number}` : 'Bantuan'),
    bringTitle: 'Yang mempercepat jawaban',
    bring: [
      'Nomor pesanan, ada di bagian atas halaman pesanan.',
      'Waktu dan cara Anda membayar.',
      'Gambar pesan kesalahan, kalau ada.',
    ],
    neverTitle: 'Yang tidak pernah kami minta',
    never:
      'Kata sandi, PIN, kode OTP, atau pembayaran di luar halaman pesanan. Siapa pun yang memintanya bukan dari kami.',
    firstTitle: 'Mungkin sudah terjawab',
  },
  {
    faqTitle: 'Frequently asked questions',
    faqDescription: 'Answers about payment, delivery, wrong ids and refunds.',
    questions: [
      {
        question: 'How long does delivery take?',
        answer:
          'Codes appear as soon as the payment is in. Direct top-ups are passed on at once; when they are done depends on the game server or operator.',
      },
      {
        question: 'I have paid, but nothing changes.',
        answer:
          'Press “Check payment now” on the order page; we then ask the payment provider at once. Your money is not lost: even a payment that is seen late is recognised.',
      },
      {
        question: 'I entered a wrong id. Can I cancel?',
        answer:
          'Yes, while it is unpaid: cancel it on the order page and order again. Once a top-up has reached that id it cannot be taken back. So please compare the account name we show first.',
      },
      {
        question: 'My order failed. What about my money?',
        answer:
          'The money for what was not delivered is returned. The amount, the way and the state are written on the order page.',
      },
      {
        question: 'The time ran out just as I paid.',
        answer:
          'Leave the page open. Once the payment is seen, the order is delivered if still possible; otherwise the money is returned.',
      },
      {
        question: 'My code does not work.',
        answer:
          'First check the region of your account and the redemption rules on the product page. If it still fails, contact us right away with the order number and a picture of the error.',
      },
      {
        question: 'Do I need an account?',
        answer:
          'No. A name, WhatsApp number and e-mail are enough. After ordering, copy the secret link on the order page; it opens your order at any time.',
      },
      {
        question: 'Which ways to pay are there?',
        answer:
          'QRIS and whatever else is switched on appear on the payment page, each with its total including the fee.',
      },
      {
        question: 'I lost my order link.',
        answer:
          'On the device you ordered with, the order number is enough on the Track order page. On another one, contact us with the order number and the e-mail you used.',
      },
    ],
    supportTitle: 'Support',
    supportDescription: 'Contact us by WhatsApp or e-mail.',
    supportLead: 'Tell us the order number and what happened. The clearer, the quicker we can help.',
    whatsApp: 'Send a WhatsApp message',
    email: 'Send an e-mail',
    message: (number: string) =>
      number ? `Hello, I need help with order ${number}.` : 'Hello, I need help.',
    subject: (number: string) => (number ? `Help with order ${number}` : 'Help'),
    bringTitle: 'What speeds up an answer',
    bring: [
      'The order number, at the top of the order page.',
      'When and how you paid.',
      'A picture of the error, if there is one.',
    ],
    neverTitle: 'What we never ask for',
    never:
      'Passwords, PINs, one-time codes, or payments outside the order page. Anyone who asks for them is not one of us.',
    firstTitle: 'Perhaps already answered',
  },
)
