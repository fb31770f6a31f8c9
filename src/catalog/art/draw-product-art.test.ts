import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawProductArt, initials } from './draw-product-art.ts'

const CATEGORIES = ['game', 'voucher', 'aplikasi-premium', 'pulsa-data', 'e-wallet', 'pln', 'lainnya']

describe('drawProductArt', () => {
  it.each(CATEGORIES)('draws a small, self-contained cover for %s', (category) => {
    const svg = drawProductArt('contoh-produk', 'Contoh & <Produk>', category)
    expect(svg).toBe(drawProductArt('contoh-produk', 'Contoh & <Produk>', category))
    expect(svg).toContain('aria-label="Contoh &amp; &lt;Produk&gt;"')
    expect(svg).not.toMatch(/style|<script|href|NaN|undefined/)
  })

  it('stays within 4 kB for any name, and differs between products', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 300, unit: 'grapheme' }),
        fc.constantFrom(...CATEGORIES),
        (text, category) => {
          const svg = drawProductArt(text, text, category)
          expect(Buffer.byteLength(svg)).toBeLessThanOrEqual(4_096)
          expect(svg).not.toMatch(/style=|<script/)
        },
      ),
    )
    expect(drawProductArt('a', 'A', 'game')).not.toBe(drawProductArt('b', 'A', 'game'))
  })

  it.each([
    ['Mobile Legends: Bang Bang', 'MLBB'],
    ['Netflix', 'Ne'],
    ['by.U', 'BU'],
    ['', '?'],
  ])('shortens %s to %s', (name, short) => expect(initials(name)).toBe(short))
})
