import { ACCOUNTS } from './accounts/accounts-help.ts'
import type { Command } from './command.ts'
import { METHODS } from './methods/methods-help.ts'
import { INCIDENTS, MESSAGES } from './messages/messages-help.ts'
import { PRICES } from './prices/prices-help.ts'
import { SUPPLIERS } from './suppliers/suppliers-help.ts'
import { SHARED } from './shared/shared-help.ts'
import { SYNC } from './sync/sync-help.ts'
import { TASKS } from './tasks/tasks-help.ts'

const CONFIG = 'konfigurasi atau kunci salah / configuration or keys are wrong'
const BUSY = 'Lapak lain berjalan di folder ini / another Lapak of this folder is in the way'

/** Every command of `lapak`, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'serve',
    usage: 'serve [--role all|web|worker] [--demo]',
    summary: 'Menjalankan toko',
    summaryEn: 'Runs the shop until Ctrl-C',
    options: [
      [
        '--role all|web|worker',
        'halaman dan API, tugas latar, atau keduanya / pages and API, background work, or both',
      ],
      ['--demo', 'dengan data contoh dan simulator penyedia / with demo data and provider sandboxes'],
    ],
    exits: {
      ok: 'dihentikan / was stopped',
      failed: 'tidak bisa jalan / cannot run',
      config: CONFIG,
      busy: BUSY,
    },
    load: async () => (await import('./serve.ts')).runServe,
  },
  {
    name: 'migrate',
    usage: 'migrate',
    summary: 'Memperbarui skema database',
    summaryEn: 'Brings the database to the newest schema; safe while the shop runs',
    exits: { failed: 'migrasi gagal / a migration failed', config: CONFIG, busy: BUSY },
    load: async () => (await import('./migrate.ts')).runMigrate,
  },
  {
    name: 'seed',
    usage: 'seed',
    summary: 'Mengisi toko dengan data contoh',
    summaryEn: 'Fills the shop with demo data; refused in production',
    exits: { failed: 'ditolak di production / refused in production', config: CONFIG, busy: BUSY },
    load: async () => (await import('./seed.ts')).runSeed,
  },
  SYNC,
  PRICES,
  TASKS,
  SHARED,
  ACCOUNTS,
  METHODS,
  SUPPLIERS,
  MESSAGES,
  INCIDENTS,
  {
    name: 'import',
    usage: 'import stock <sku> <file.csv>',
    summary: 'Menambah stok kode dari berkas CSV; satu kode per baris',
    summaryEn: 'Adds codes from a CSV file to the stock; one per line, duplicates are skipped',
    exits: {
      failed: 'ada baris yang ditolak, atau semuanya / some lines were refused, or all',
      config: CONFIG,
      busy: BUSY,
    },
    load: async () => (await import('./import.ts')).runImport,
  },
  {
    name: 'export',
    usage: 'export <name> [--format csv|ndjson] [--out file]',
    summary: 'Menulis data hasil sinkronisasi sebagai CSV atau NDJSON',
    summaryEn: 'Writes what was synchronised as CSV or NDJSON, to standard output unless a file is named',
    options: [
      [
        '--format csv|ndjson',
        'csv untuk lembar kerja, ndjson persis apa adanya / csv for spreadsheets, ndjson is exact',
      ],
      ['--out file', 'berkas; baru bernama bila lengkap / a file; it gets its name when it is complete'],
    ],
    exits: { failed: 'terputus / broke off', config: CONFIG, busy: BUSY },
    load: async () => (await import('./export.ts')).runExport,
  },
  {
    name: 'keys',
    usage: 'keys create <file> | keys rotate',
    summary: 'Membuat berkas kunci, atau menambah kunci baru',
    summaryEn:
      'Creates the key file, or adds a key that seals new secrets from the next start on; old keys stay',
    exits: { failed: 'berkas sudah ada / the file exists already', config: CONFIG },
    load: async () => (await import('./keys.ts')).runKeys,
  },
  {
    name: 'doctor',
    usage: 'doctor',
    summary: 'Memeriksa semuanya dan menjelaskan yang salah',
    summaryEn: 'Checks everything, explains what is wrong, and lists what waits for a person (!)',
    exits: {
      ok: 'tidak ada yang rusak; "!" menunggu Anda / nothing is broken; "!" waits for you',
      failed: 'ada yang rusak / something is broken',
      config: CONFIG,
    },
    load: async () => (await import('./doctor.ts')).runDoctor,
  },
  {
    name: 'sandbox',
    usage: 'sandbox',
    summary: 'Menjalankan simulator penyedia saja',
    summaryEn: 'Runs the provider sandboxes alone; SANDBOX_PORT and APP_URL apply',
    exits: { failed: 'tidak bisa jalan / cannot run', config: CONFIG },
    load: async () => (await import('./sandbox.ts')).runSandbox,
  },
]
