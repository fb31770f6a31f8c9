import type { Command } from '../command.ts'

/** How `sync` is written, what it means and how it ends; without the code behind it. */
export const SYNC: Command = {
  name: 'sync',
  usage: 'sync <connection> [stream] [--full | --changes | --from … --to …] [--dry-run] [--watch]',
  summary: 'Menarik data dari sistem luar, misalnya feed, vip-reseller',
  summaryEn: 'Synchronises with an external system, for example feed, vip-reseller; sync list shows them',
  options: [
    ['--full', 'bandingkan semuanya (bawaan) / compare everything (default)'],
    ['--changes', 'hanya yang baru sejak terakhir / only what is new since the last time'],
    [
      '--from, --to',
      'rentang: tanggal (hari penuh WIB) atau waktu ISO / a range: dates (whole days in Jakarta) or ISO times',
    ],
    ['--dry-run', 'tunjukkan tepat apa yang akan berubah, tanpa mengubah / show exactly what would change'],
    [
      '--apply <run>',
      'jalankan rencana dari --dry-run, tidak lebih / carry out the plan of a dry run, nothing else',
    ],
    ['--watch', 'kemajuan langsung; Ctrl-C berhenti memantau / live progress; Ctrl-C stops watching'],
    ['--all', 'semua baris perubahan, bukan 200 pertama / all lines of changes, not the first 200'],
  ],
  forms: [
    ['sync list', 'koneksi, jadwal, peringatan / connections, schedules, alerts'],
    ['sync runs [connection] [stream] [--limit n]', 'riwayat / history'],
    ['sync watch <run>', 'pantau sampai selesai / follow to the end'],
    ['sync changes <run> [--all]', 'apa yang diubah atau akan diubah / what it changed or would change'],
    ['sync cancel <run>', 'hentikan; yang sudah diterapkan tetap / stop it; what was applied stays'],
    ['sync approve <run> [--watch]', 'setujui penghapusan yang ditahan / agree to removals that were held'],
    ['sync pause <connection> · sync resume <connection>', 'tahan, lanjutkan / hold still, go on'],
    [
      'sync schedule <connection> <full|changes> <minutes|off>',
      'seberapa sering berjalan sendiri / how often it runs by itself',
    ],
    ['sync dead-letters [connection] [stream] [--limit n]', 'data yang ditolak / records that were refused'],
    [
      'sync replay <connection> [stream] [--watch]',
      'coba lagi data yang ditolak / try refused records again',
    ],
    ['sync discard <id>', 'buang satu data yang ditolak / give up a refused record'],
    [
      'sync lock <connection> <stream> <id> <field> · sync unlock …',
      'jaga satu isian dari sinkronisasi, lepaskan / keep a field from synchronisation, give it back',
    ],
  ],
  exits: {
    ok: 'berhasil, atau rencana dibuat / done, or the plan is made',
    failed: 'gagal atau dibatalkan / failed or cancelled',
    usage: 'salah tulis, atau tidak ada nama itu / wrong words, or no such name',
    config: 'konfigurasi atau kunci salah / configuration or keys are wrong',
    busy: 'dijeda, atau Lapak lain di jalan / paused, or another Lapak of this folder is in the way',
    approval: 'banyak data akan hilang, menunggu persetujuan / many records would go, waiting for approval',
    moved:
      'keadaan berubah sejak rencana dibuat; tidak ada yang diubah / the plan is outdated; nothing was changed',
    left: 'ditinggal dengan Ctrl-C, masih berjalan / left by Ctrl-C, it goes on',
  },
  load: async () => (await import('../sync.ts')).runSync,
}
