/** The name as part of an address: `Serum Vitamin C 20 ml` → `serum-vitamin-c-20-ml`; `produk` when nothing is left. */
export function toSlug(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  return plain === '' ? 'produk' : plain
}
