import type { Command } from '../command.ts'

/** How `tasks` is written, what it means and how it ends; without the code behind it. */
export const TASKS: Command = {
  name: 'tasks',
  usage: 'tasks [list] | show | decide | account | refund',
  summary: 'Yang menunggu orang: melihat, memutuskan, mengembalikan uang',
  summaryEn: 'What waits for a person: look, decide, give money back',
  forms: [
    ['tasks [list] [--limit n]', 'yang paling lama menunggu dahulu / longest waiting first'],
    ['tasks show <id>', 'apa yang diketahui dan apa berikutnya / what is known, and what to do next'],
    [
      'tasks decide <id> <action> --key value …',
      'jalankan sebuah keputusan; siapa yang memutuskan dicatat / carry out a decision; who decided is kept',
    ],
    [
      'tasks account <id>',
      'rekening tujuan pengembalian; dicatat siapa yang melihat / where a refund goes; who looked is kept',
    ],
    [
      'tasks refund <order> --reason text [--line n] [--amount Rp]',
      'kembalikan uang satu baris atau seluruh pesanan / give money of a line or the whole order back',
    ],
  ],
  options: [
    ['--note text', 'bukti atau keterangan / proof or explanation'],
    ['--limit n', 'baris yang ditampilkan / tasks shown'],
  ],
  exits: {
    failed: 'tidak dijalankan / not carried out',
    usage: 'salah tulis, atau tidak ada tugas itu / wrong words, or no such task',
    config: 'konfigurasi atau kunci salah / configuration or keys are wrong',
    busy: 'Lapak lain berjalan di folder ini / another Lapak of this folder is in the way',
  },
  load: async () => (await import('../tasks.ts')).runTasks,
}
