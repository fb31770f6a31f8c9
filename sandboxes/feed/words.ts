/** Made-up brands, products and people: nothing here is anybody's list. */
export const BRANDS = [
  'Sekarwangi',
  'Rona',
  'Lembayung',
  'Jelita',
  'Kenanga',
  'Ayudia',
  'Wulan',
  'Citra Alam',
] as const

export const KINDS = [
  'Serum Wajah',
  'Sabun Batang',
  'Krim Malam',
  'Tabir Surya SPF 30',
  'Minyak Zaitun',
  'Masker Lumpur',
  'Sampo Lidah Buaya',
  'Losion Tubuh',
  'Pelembap Bibir',
  'Toner Mawar',
  'Madu Hutan',
  'Teh Kelor',
] as const

export const VARIANTS = [
  'Vitamin C',
  'Niacinamide 5%',
  'Kunyit',
  'Bengkuang',
  'Beras Putih',
  'Teh Hijau',
  'Arang Bambu',
  'Kopi Gayo',
  'Susu Kambing',
  'Lavender',
] as const

export const SIZES = ['20 ml', '30 ml', '50 g', '100 ml', '250 ml', '1 kotak isi 10'] as const

/** What a changed name ends with. */
export const EDITIONS = ['Kemasan Baru', 'Edisi Lebaran', 'Isi Ulang', 'Plus'] as const

export const FIRST_NAMES = [
  'Siti',
  'Dewi',
  'Rina',
  'Ayu',
  'Nur',
  'Fitri',
  'Wati',
  'Yanti',
  'Budi',
  'Agus',
  'Putri',
  'Lestari',
] as const

export const LAST_NAMES = [
  'Handayani',
  'Rahmawati',
  'Kusuma',
  'Pratiwi',
  'Wijayanti',
  'Saputra',
  'Maharani',
  'Anggraini',
  'Permata',
  'Hidayat',
] as const

/** City, regency and province that belong together. */
export const AREAS = [
  ['Bandung', 'Kota Bandung', 'Jawa Barat'],
  ['Surabaya', 'Kota Surabaya', 'Jawa Timur'],
  ['Sleman', 'Kabupaten Sleman', 'DI Yogyakarta'],
  ['Makassar', 'Kota Makassar', 'Sulawesi Selatan'],
  ['Medan', 'Kota Medan', 'Sumatera Utara'],
  ['Denpasar', 'Kota Denpasar', 'Bali'],
  ['Pontianak', 'Kota Pontianak', 'Kalimantan Barat'],
] as const

export const LEVELS = ['Consultant', 'Supervisor', 'Manager', 'Director'] as const

export const BANKS = ['Bank Contoh', 'Bank Misal', 'Bank Andai'] as const
