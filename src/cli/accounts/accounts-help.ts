import type { Command } from '../command.ts'

/** How `accounts` is written, what it means and how it ends; without the code behind it. */
export const ACCOUNTS: Command = {
  name: 'accounts',
  usage: 'accounts [list] | import | plan | pause | resume | retire',
  summary: 'Akun penyedia yang mengundang pembeli: kursi, kuota, jeda',
  summaryEn: 'Provider accounts that invite buyers: seats, quotas, pauses',
  forms: [
    ['accounts list', 'akun dengan kursi dan kuota hari ini / accounts with their seats and today’s quota'],
    [
      'accounts import <file.csv>',
      'kolom provider, label, external_id, credential, plans, seats, daily_quota; yang sudah ada diubah / known ones are changed',
    ],
    [
      'accounts plan <sku> <provider> <plan> [--days n]',
      'paket yang dijual SKU ini, n hari atau tanpa akhir / the plan that this SKU sells, for n days or without end',
    ],
    [
      'accounts pause <id>',
      'tidak mengundang untuk sementara; anggotanya tetap / invites nobody for now; members stay',
    ],
    ['accounts resume <id>', 'mengundang lagi setelah diperiksa / invites again, once it was inspected'],
    [
      'accounts retire <id>',
      'tidak dipakai lagi; anggotanya sampai habis masa / out of use; members stay to their end',
    ],
  ],
  options: [['--days 30', 'lama keanggotaan / how long a membership lasts']],
  exits: {
    failed: 'ditolak; tidak ada yang diubah / refused; nothing was changed',
    usage: 'salah tulis, atau tidak ada akun itu / wrong words, or no such account',
    config: 'konfigurasi atau kunci salah / configuration or keys are wrong',
    busy: 'Lapak lain berjalan di folder ini / another Lapak of this folder is in the way',
  },
  load: async () => (await import('../accounts.ts')).runAccounts,
}
