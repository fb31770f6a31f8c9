import { between, chanceFrom, pick, type Chance } from './chance.ts'
import { drawMotif, type Motif } from './motifs.ts'

const WIDTH = 480
const HEIGHT = 360
/** Keeps a cover within its 4 kB whatever the name holds. */
const MAX_LABEL = 48
const MOTIFS: Record<string, readonly Motif[]> = {
  game: ['gem', 'crystals', 'gem', 'medal'],
  voucher: ['card'],
  'aplikasi-premium': ['shield'],
  'pulsa-data': ['signal'],
  'e-wallet': ['coin'],
  pln: ['bolt'],
}
/** Glow colours that sit well on near-black beside gold: violet, magenta, blue, teal, amber. */
const GLOWS = ['#7c3aed', '#9333ea', '#c026d3', '#4f46e5', '#2563eb', '#0d9488', '#b45309', '#be185d']

/**
 * The cover of a product as SVG, at most 4 kB: an abstract shape for its category and its initials on a dark
 * ground. The same arguments always give the same picture. Holds no script, style or outside reference, and no
 * brand's logo.
 */
export function drawProductArt(slug: string, name: string, category: string): string {
  const chance = chanceFrom(`${category}/${slug}`)
  const glow = pick(GLOWS, chance)
  const second = pick(
    GLOWS.filter((colour) => colour !== glow),
    chance,
  )
  const motif = pick<Motif>(MOTIFS[category] ?? ['orbit'], chance)
  const label = escapeText(name.slice(0, MAX_LABEL))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">`,
    definitions(glow, second, chance),
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="url(#b)"/>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="url(#g)"/><rect width="${WIDTH}" height="${HEIGHT}" fill="url(#h)"/>`,
    drawRibbons(chance, glow),
    drawStars(chance),
    drawMotif(motif, chance, glow),
    drawInitials(initials(name)),
    `<rect x="0.5" y="0.5" width="479" height="359" fill="none" stroke="#d4af37" stroke-opacity="0.16"/></svg>`,
  ].join('')
}

function definitions(glow: string, second: string, chance: Chance): string {
  const [x, y] = [between(chance, 60, 82), between(chance, 10, 40)]
  return `<defs><linearGradient id="b" x1="0" y1="0" x2="1" y2="1"><stop stop-color="#17121f"/><stop offset="1" stop-color="#0a0a0b"/></linearGradient>
<radialGradient id="g" cx="${x}%" cy="${y}%" r="70%"><stop stop-color="${glow}" stop-opacity="0.62"/><stop offset="1" stop-color="${glow}" stop-opacity="0"/></radialGradient>
<radialGradient id="h" cx="${between(chance, 0, 25)}%" cy="105%" r="60%"><stop stop-color="${second}" stop-opacity="0.34"/><stop offset="1" stop-color="${second}" stop-opacity="0"/></radialGradient>
<linearGradient id="a" x1="0" y1="0" x2="1" y2="1"><stop stop-color="#f9e7a8"/><stop offset="0.45" stop-color="#d4af37"/><stop offset="1" stop-color="#8a6a14"/></linearGradient>
<linearGradient id="l" x1="0" y1="0" x2="0" y2="1"><stop stop-color="#fff" stop-opacity="0.5"/><stop offset="1" stop-color="#fff" stop-opacity="0.04"/></linearGradient></defs>`
}

/** Two or three wide curves of light behind the shape. */
function drawRibbons(chance: Chance, glow: string): string {
  const count = 2 + Math.floor(chance() * 2)
  return Array.from({ length: count }, (_, index) => {
    const start = between(chance, 120, 330)
    const path = `M-20 ${start}C${between(chance, 80, 180)} ${start - between(chance, 60, 180)} ${between(chance, 240, 340)} ${start + between(chance, 0, 110)} 500 ${between(chance, 10, 220)}`
    const colour = index === 0 ? '#d4af37' : glow
    return `<path d="${path}" fill="none" stroke="${colour}" stroke-opacity="${index === 0 ? 0.4 : 0.22}" stroke-width="${index === 0 ? 1.5 : between(chance, 12, 40)}"/>`
  }).join('')
}

function drawStars(chance: Chance): string {
  const dots = Array.from({ length: 12 }, () => {
    const size = between(chance, 6, 18) / 10
    return `<circle cx="${between(chance, 10, 470)}" cy="${between(chance, 10, 350)}" r="${size}" fill-opacity="${between(chance, 2, 8) / 10}"/>`
  })
  return `<g fill="#f5e6b8">${dots.join('')}</g>`
}

function drawInitials(text: string): string {
  const size = text.length > 3 ? 52 : 64
  return `<text x="32" y="328" font-family="system-ui,Segoe UI,Helvetica,Arial,sans-serif" font-size="${size}" font-weight="800" letter-spacing="-2" fill="url(#a)">${escapeText(text)}</text>`
}

/** Up to four signs that stand for a name: `Mobile Legends: Bang Bang` → `MLBB`, `Netflix` → `Ne`. */
export function initials(name: string): string {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? []
  if (words.length > 1)
    return words
      .slice(0, 4)
      .map((word) => [...word][0] ?? '')
      .join('')
      .toUpperCase()
  const [first = '', second = ''] = [...(words[0] ?? '?')]
  return `${first.toUpperCase()}${second}`
}

function escapeText(text: string): string {
  const plain = text.toWellFormed().replace(/\p{Cc}/gu, ' ')
  return plain.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
}
