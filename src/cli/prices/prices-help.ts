import type { Command } from '../command.ts'

/** How `prices` is written, what it means and how it ends; without the code behind it. */
export const PRICES: Command = {
  name: 'prices',
  usage: 'prices changes | preview | revert | explain',
  summary: 'Harga: apa yang berubah, mengapa, bagaimana jika, dan mengembalikannya',
  summaryEn: 'Prices: what changed and why, what would change, and taking a change back',
  forms: [
    [
      'prices changes [--run <id>] [--sku <code>] [--limit n]',
      'harga yang berubah, terbaru dahulu / prices that changed, newest first',
    ],
    [
      'prices preview rule <shop | category <slug> | product <slug> | sku <code>> --margin <%> --plus <Rp> --round <Rp> --floor <Rp>',
      'akibat sebuah aturan margin; tidak ada yang ditulis / what a margin rule would do; nothing is written',
    ],
    [
      'prices preview cost <sku>=<Rp> …',
      'akibat modal baru; tidak ada yang ditulis / what new costs would do; nothing is written',
    ],
    [
      'prices revert <id>',
      'kembalikan harga sebelum perubahan, sebagai harga tangan / put the earlier price back, as one set by hand',
    ],
    [
      'prices explain <sku>',
      'dari modal sampai harga, langkah demi langkah / from cost to price, step by step',
    ],
  ],
  options: [
    ['--margin 6,5', 'persen dari modal / percent of the cost'],
    ['--plus 250', 'ditambahkan ke tiap harga / added to every price'],
    ['--round 100', 'dibulatkan ke atas ke kelipatan ini / rounded up to a multiple of this'],
    ['--floor 200', 'paling sedikit di atas modal / the least above the cost'],
    ['--limit n', 'baris yang ditampilkan / lines shown'],
  ],
  exits: {
    failed: 'ditolak: harga lama di bawah batas terendah / refused: the earlier price is below the floor',
    usage: 'salah tulis, atau tidak ada nama itu / wrong words, or no such name',
    config: 'konfigurasi atau kunci salah / configuration or keys are wrong',
    busy: 'Lapak lain berjalan di folder ini / another Lapak of this folder is in the way',
  },
  load: async () => (await import('../prices.ts')).runPrices,
}
