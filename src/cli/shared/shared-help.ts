import type { Command } from '../command.ts'

/** How `shared` is written, what it means and how it ends; without the code behind it. */
export const SHARED: Command = {
  name: 'shared',
  usage: 'shared [list] | sku | add | rotate | end | pause | resume | retire',
  summary: 'Akun yang dipakai bersama: kursi, ganti kata sandi, jeda',
  summaryEn: 'Accounts that several buyers share: seats, new secrets, pauses',
  forms: [
    ['shared list [<sku>]', 'akun dengan kursi terpakai / accounts with the seats in use'],
    [
      'shared sku <sku> [--days n]',
      'jual kursi untuk SKU ini, masing-masing n hari atau tanpa akhir / sell seats for this SKU, n days each or without end',
    ],
    [
      'shared add <sku> --label <nama> --seats n [--until <tanggal>] [--secret-file <berkas>]',
      'tambah akun; rahasia dari berkas atau masukan / add an account; its secret from a file or the input',
    ],
    [
      'shared rotate <id> [--secret-file <berkas>]',
      'rahasia baru, terlihat oleh semua pemegang kursi, yang juga diberi tahu / a new secret, shown to everybody who holds a seat, and they are told',
    ],
    [
      'shared end <id> --until <tanggal> | --never',
      'akhir akun berubah / the account ends at another time, or not at all',
    ],
    ['shared pause <id>', 'tidak dijual lagi untuk sementara / not sold from for now'],
    ['shared resume <id>', 'dijual lagi / sold from again'],
    [
      'shared retire <id>',
      'tidak dijual lagi; pemegang kursi tetap / not sold any more; holders keep their seats',
    ],
  ],
  options: [
    ['--days 30', 'lama satu kursi / how long a seat lasts'],
    ['--seats 4', 'kursi yang boleh dijual / seats that may be sold'],
    [
      '--until 2027-01-31',
      'akun berakhir dengan hari itu (WIB); kursi tidak dijual melewatinya / the account ends with that day (Jakarta); no seat is sold past it',
    ],
    [
      '--secret-file <berkas>',
      'isi berkas jadi rahasia; tanpa ini dibaca dari masukan / the secret; else the input is read',
    ],
  ],
  exits: {
    failed: 'ditolak, tidak ada yang diubah / refused, nothing was changed',
    usage: 'salah tulis, atau tidak ada nama itu / wrong words, or no such name',
    config: 'konfigurasi atau kunci salah / configuration or keys are wrong',
    busy: 'Lapak lain berjalan di folder ini / another Lapak of this folder is in the way',
  },
  load: async () => (await import('../shared.ts')).runShared,
}
