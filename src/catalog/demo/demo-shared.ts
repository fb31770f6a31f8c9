/** A SKU of the demonstration shop that sells seats, with the accounts behind it. */
export type DemoShared = {
  sku: string
  days: number
  credentials: { label: string; secret: string; seats: number }[]
}

/** Shared accounts of the demonstration shop. Every secret is made up and says so. */
export const DEMO_SHARED: readonly DemoShared[] = [
  {
    sku: 'DISNEY-PROFIL-30D',
    days: 30,
    credentials: [1, 2, 3].map((number) => ({
      label: `Akun contoh ${number}`,
      secret: `E-mail: DEMO-disney-${number}@example.com\nKata sandi: DEMO-${number}${number}${number}${number}\nPilih satu profil yang kosong.`,
      seats: 4,
    })),
  },
]
