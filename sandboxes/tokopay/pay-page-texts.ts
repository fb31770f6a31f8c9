/** Words of the pay page. Both languages say the same. */
export type PayPageTexts = {
  badge: string
  title: string
  total: string
  order: string
  before: string
  pay: string
  paid: string
  thanks: string
  continue: string
  back: string
  expired: string
  closed: string
  newPayment: string
  qrLabel: string
  qrHint: string
  numberLabel: string
  walletHint: string
  otherLanguage: string
}

const id: PayPageTexts = {
  badge: 'Simulasi Tokopay · bukan uang sungguhan',
  title: 'Pembayaran',
  total: 'Total pembayaran',
  order: 'Nomor pesanan',
  before: 'Bayar sebelum',
  pay: 'Bayar sekarang (simulasi)',
  paid: 'Pembayaran berhasil.',
  thanks: 'Terima kasih. Pesanan Anda sedang diproses oleh toko.',
  continue: 'Lanjut ke toko',
  back: 'Kembali ke toko',
  expired: 'Waktu pembayaran sudah habis.',
  closed: 'Pembayaran ini sudah ditutup.',
  newPayment: 'Silakan kembali ke toko untuk membuat pembayaran baru.',
  qrLabel: 'Kode QR pembayaran simulasi',
  qrHint: 'Kode QR tiruan, tidak dapat dibayar dengan aplikasi sungguhan.',
  numberLabel: 'Nomor pembayaran',
  walletHint: 'Setujui pembayaran ini seperti di aplikasi dompet Anda.',
  otherLanguage: 'English',
}

const en: PayPageTexts = {
  badge: 'Tokopay simulation · no real money',
  title: 'Payment',
  total: 'Total to pay',
  order: 'Order number',
  before: 'Pay before',
  pay: 'Pay now (simulation)',
  paid: 'Payment received.',
  thanks: 'Thank you. The shop is working on your order.',
  continue: 'Continue to the shop',
  back: 'Back to the shop',
  expired: 'The time to pay is over.',
  closed: 'This payment is closed.',
  newPayment: 'Please go back to the shop and start a new payment.',
  qrLabel: 'QR code of the simulated payment',
  qrHint: 'A made-up QR code; no real app can pay it.',
  numberLabel: 'Payment number',
  walletHint: 'Approve this payment as you would in your wallet app.',
  otherLanguage: 'Bahasa Indonesia',
}

export type PayPageLanguage = 'id' | 'en'

export const PAY_PAGE_TEXTS: Record<PayPageLanguage, PayPageTexts> = { id, en }
