import type { Command } from '../command.ts'

/** How `methods` is written, what it means and how it ends; without the code behind it. */
export const METHODS: Command = {
  name: 'methods',
  usage: 'methods [list | on | off | set]',
  summary: 'Cara bayar: yang ditawarkan, urutan, batas, dan siapa yang menanggung biaya',
  summaryEn: 'Ways to pay: what is offered, in which order, within which limits, and who bears the cost',
  forms: [
    ['methods list', 'semua cara bayar seperti yang dilihat pembeli / all of them, in the order buyers see'],
    ['methods on <method>', 'tawarkan / offer it'],
    [
      'methods off <method>',
      'jangan tawarkan; pesanan yang ada tetap jalan / stop offering it; orders go on',
    ],
    [
      'methods set <method> [--position n] [--min Rp] [--max Rp] [--cost Rp+%] [--fee buyer|shop]',
      'ubah yang disebut saja / change what is named only',
    ],
  ],
  options: [
    ['--position 1', 'tempat di daftar / place in the list'],
    ['--min 10000', 'pembayaran terkecil / smallest payment'],
    ['--max 5000000', 'pembayaran terbesar / largest payment'],
    ['--cost 4000+0,7', 'yang diambil penyedia: rupiah + persen / what the gateway keeps: rupiah + percent'],
    [
      '--fee buyer|shop',
      'siapa yang menanggungnya; QRIS selalu toko / who bears it; QRIS is always the shop',
    ],
  ],
  exits: {
    failed: 'ditolak / refused',
    usage: 'salah tulis, atau tidak ada cara bayar itu / wrong words, or no such method',
    config: 'konfigurasi atau kunci salah / configuration or keys are wrong',
    busy: 'Lapak lain berjalan di folder ini / another Lapak of this folder is in the way',
  },
  load: async () => (await import('../methods.ts')).runMethods,
}
