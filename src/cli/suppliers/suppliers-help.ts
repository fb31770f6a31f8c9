import type { Command } from '../command.ts'

/** How `suppliers` is written, what it means and how it ends; without the code behind it. */
export const SUPPLIERS: Command = {
  name: 'suppliers',
  usage: 'suppliers [list] | pause | resume | limit',
  summary: 'Pemasok: saldo, kinerja, jeda, dan melanjutkan yang menunggu',
  summaryEn: 'Suppliers: balances, records, pauses, and sending what waits',
  forms: [
    ['suppliers list', 'saldo dan kinerja tiap pemasok / balance and record of every supplier'],
    ['suppliers pause <id>', 'berhenti membeli dari pemasok ini / stop buying from this supplier'],
    [
      'suppliers resume <id>',
      'lanjutkan dan kirim yang menunggu sekarang juga / go on, and send what waits at once',
    ],
    [
      'suppliers limit <id> <Rp | off>',
      'di bawah saldo ini pemasok diistirahatkan / below this balance the supplier rests',
    ],
  ],
  exits: {
    failed: 'pemasok tidak menjawab / the supplier does not answer',
    usage: 'salah tulis, atau tidak ada nama itu / wrong words, or no such name',
    config: 'konfigurasi atau kunci salah / configuration or keys are wrong',
    busy: 'Lapak lain berjalan di folder ini / another Lapak of this folder is in the way',
  },
  load: async () => (await import('../suppliers.ts')).runSuppliers,
}
