import type { Command } from '../command.ts'

const CONFIG = 'konfigurasi atau kunci salah / configuration or keys are wrong'
const BUSY = 'Lapak lain berjalan di folder ini / another Lapak of this folder is in the way'

/** How `messages` is written, what it means and how it ends; without the code behind it. */
export const MESSAGES: Command = {
  name: 'messages',
  usage: 'messages templates | preview | [log]',
  summary: 'Pesan ke pembeli dan staf: teksnya, dan apa yang terkirim',
  summaryEn: 'Messages to buyers and staff: their texts, and what was sent',
  forms: [
    ['messages templates', 'nama semua templat / the names of all templates'],
    [
      'messages preview <name> [--locale id|en] [--html]',
      'satu templat dengan nilai contoh / one template with made-up values',
    ],
    [
      'messages log [--order LP-…] [--limit n]',
      'pesan terbaru dahulu; penerima disamarkan / newest first; recipients are masked',
    ],
  ],
  options: [
    ['--locale id|en', 'bahasa pesan / language of the message'],
    ['--html', 'seperti di surel / as a mail shows it'],
    ['--limit n', 'baris yang ditampilkan / lines shown'],
  ],
  exits: {
    failed: 'tidak bisa dijalankan / it could not be carried out',
    usage: 'salah tulis, atau tidak ada nama itu / wrong words, or no such name',
    config: CONFIG,
    busy: BUSY,
  },
  load: async () => (await import('../messages.ts')).runMessages,
}

/** How `incidents` is written, what it means and how it ends. */
export const INCIDENTS: Command = {
  name: 'incidents',
  usage: 'incidents [ack <id>]',
  summary: 'Masalah yang terbuka dan yang baru selesai; ack: ada yang menangani',
  summaryEn: 'Open troubles and those that ended lately; ack: somebody takes care of it',
  exits: {
    failed: 'sudah selesai atau tidak dikenal / over already, or unknown',
    config: CONFIG,
    busy: BUSY,
  },
  load: async () => (await import('../incidents.ts')).runIncidents,
}
