import { between, type Chance } from './chance.ts'

export type Motif = 'gem' | 'crystals' | 'medal' | 'card' | 'shield' | 'signal' | 'coin' | 'bolt' | 'orbit'

/** The abstract shape of a category, turned and sized by chance, right of the middle of a cover. */
export function drawMotif(motif: Motif, chance: Chance, glow: string): string {
  const turn = between(chance, -14, 14)
  const scale = between(chance, 92, 112) / 100
  const halo = `<circle r="118" fill="${glow}" fill-opacity="0.16"/><circle r="${between(chance, 128, 146)}" fill="none" stroke="#d4af37" stroke-opacity="0.28" stroke-dasharray="${between(chance, 2, 60)} ${between(chance, 6, 20)}"/>`
  const place = `translate(${between(chance, 272, 312)} ${between(chance, 146, 168)})`
  return `<g transform="${place}">${halo}<g transform="rotate(${turn}) scale(${scale})">${SHAPES[motif](chance, glow)}</g></g>`
}

const SHAPES: Record<Motif, (chance: Chance, glow: string) => string> = {
  gem: drawGem,
  crystals: drawCrystals,
  medal: drawMedal,
  card: drawCard,
  shield: drawShield,
  signal: drawSignal,
  coin: drawCoin,
  bolt: drawBolt,
  orbit: drawOrbit,
}

function drawGem(chance: Chance, glow: string): string {
  const top = between(chance, 26, 46)
  const girdle = between(chance, 74, 90)
  const tip = between(chance, 84, 104)
  const crown = -between(chance, 62, 76)
  return `<path d="M${-girdle} -18L${-top} ${crown}H${top}L${girdle} -18L0 ${tip}Z" fill="${glow}" fill-opacity="0.85"/>
<path d="M${-girdle} -18H${girdle}L0 ${tip}Z" fill="#000" fill-opacity="0.22"/>
<path d="M${-girdle} -18L${-top} ${crown}L-28 -18Z" fill="#fff" fill-opacity="0.38"/><path d="M${-top} ${crown}H${top}L28 -18H-28Z" fill="#fff" fill-opacity="0.2"/>
<path d="M-28 -18H28L0 ${tip}Z" fill="url(#l)"/><path d="M28 -18H${girdle}L0 ${tip}Z" fill="#000" fill-opacity="0.2"/>
<path d="M${-girdle} -18L${-top} ${crown}H${top}L${girdle} -18L0 ${tip}ZM${-girdle} -18H${girdle}M${-top} ${crown}L-28 -18L0 ${tip}L28 -18L${top} ${crown}" fill="none" stroke="url(#a)" stroke-width="2.5" stroke-linejoin="round"/>`
}

function drawCrystals(chance: Chance, glow: string): string {
  const shards = [-34, 30, 0].map((x, index) => {
    const height = index === 2 ? between(chance, 150, 176) : between(chance, 92, 124)
    const half = index === 2 ? 30 : 23
    const shoulder = 86 - height * 0.72
    return `<g transform="translate(${x} 0) rotate(${x * 0.6} 0 86) scale(1.08)"><path d="M0 ${86 - height}L${half} ${shoulder}V72L0 92L${-half} 72V${shoulder}Z" fill="${glow}" stroke="url(#a)" stroke-width="2" stroke-linejoin="round"/>
<path d="M0 ${86 - height}L${-half} ${shoulder}V72L0 92Z" fill="url(#l)"/><path d="M0 ${86 - height}V92L${half} 72V${shoulder}Z" fill="#000" fill-opacity="0.25"/></g>`
  })
  return `<ellipse cy="88" rx="86" ry="16" fill="#000" fill-opacity="0.35"/>${shards.join('')}`
}

function drawMedal(chance: Chance, glow: string): string {
  const points = between(chance, 8, 14)
  return `<path d="${star(points, 100, 84)}" fill="url(#a)"/><circle r="72" fill="#14101c"/><circle r="72" fill="${glow}" fill-opacity="0.75"/><circle r="72" fill="url(#l)" fill-opacity="0.4"/>
<path d="M-58 22L0 -14L58 22M-58 46L0 10L58 46" fill="none" stroke="#f0d98a" stroke-opacity="0.9" stroke-width="9" stroke-linejoin="round" stroke-linecap="round"/><path d="${star(between(chance, 4, 6), 24, 10)}" fill="url(#a)" transform="translate(0 -38)"/>`
}

function drawCard(chance: Chance, glow: string): string {
  const line = between(chance, 40, 78)
  const back = between(chance, 8, 16)
  return `<g transform="rotate(-${back}) translate(-8 -16)"><rect x="-98" y="-62" width="196" height="124" rx="16" fill="#0a0a0b" fill-opacity="0.5" stroke="#d4af37" stroke-opacity="0.5" stroke-width="1.5"/></g>
<rect x="-98" y="-58" width="196" height="124" rx="16" fill="${glow}" fill-opacity="0.88"/><rect x="-98" y="-58" width="196" height="124" rx="16" fill="url(#l)" fill-opacity="0.6"/>
<path d="M-98 ${between(chance, 10, 30)}C-40 ${between(chance, -40, 20)} 30 70 98 -6V50a16 16 0 0 1-16 16H-82a16 16 0 0 1-16-16Z" fill="#000" fill-opacity="0.2"/>
<rect x="-78" y="-34" width="36" height="28" rx="6" fill="url(#a)"/><path d="M-78 -20H-42M-60 -34V-6" stroke="#5b4510" stroke-width="1.5"/>
<path d="M-78 32H${line - 78}M-78 46H${line - 48}" stroke="#fff" stroke-opacity="0.7" stroke-width="5" stroke-linecap="round"/><circle cx="66" cy="36" r="15" fill="url(#a)"/><circle cx="48" cy="36" r="15" fill="#fff" fill-opacity="0.35"/>`
}

function drawShield(chance: Chance, glow: string): string {
  const wide = between(chance, 70, 80)
  const outline = `M0 -92C${wide * 0.4} -72 ${wide * 0.8} -66 ${wide} -64V6C${wide} 54 ${wide * 0.5} 82 0 100C${-wide * 0.5} 82 ${-wide} 54 ${-wide} 6V-64C${-wide * 0.8} -66 ${-wide * 0.4} -72 0 -92Z`
  const points = between(chance, 5, 8)
  return `<path d="${outline}" fill="${glow}" fill-opacity="0.82"/><path d="M0 -92C${wide * 0.4} -72 ${wide * 0.8} -66 ${wide} -64V6C${wide} 54 ${wide * 0.5} 82 0 100Z" fill="#000" fill-opacity="0.22"/>
<path d="${outline}" fill="url(#l)" fill-opacity="0.45"/><path d="${outline}" fill="none" stroke="url(#a)" stroke-width="3"/>
<path d="${star(points, 42, 20)}" fill="url(#a)" transform="translate(0 -2)"/>`
}

function drawSignal(chance: Chance, glow: string): string {
  const count = 5
  const bars = Array.from({ length: count }, (_, index) => {
    const height = 34 + index * between(chance, 24, 30)
    const x = -92 + index * 38
    const fill = index === count - 1 ? 'url(#a)' : glow
    return `<rect x="${x}" y="${84 - height}" width="26" height="${height}" rx="9" fill="${fill}" fill-opacity="${0.55 + index * 0.1}"/><rect x="${x}" y="${84 - height}" width="26" height="${height}" rx="9" fill="url(#l)" fill-opacity="0.5"/>`
  })
  const arcs = [26, 44, 62].map(
    (radius) =>
      `<path d="M${-58 - radius * 0.7} ${-34 - radius * 0.7}A${radius} ${radius} 0 0 1 ${-58 + radius * 0.7} ${-34 - radius * 0.7}"/>`,
  )
  return `${bars.join('')}<g fill="none" stroke="#f0d98a" stroke-width="6" stroke-linecap="round">${arcs.join('')}</g><circle cx="-58" cy="-34" r="8" fill="#f0d98a"/>`
}

function drawCoin(chance: Chance, glow: string): string {
  const shift = between(chance, 34, 46)
  return `<g transform="translate(${-shift} 26)"><ellipse rx="66" ry="66" fill="${glow}" fill-opacity="0.9"/><circle r="50" fill="none" stroke="#fff" stroke-opacity="0.4" stroke-width="3"/><circle r="66" fill="url(#l)" fill-opacity="0.5"/></g>
<g transform="translate(${shift - 8} -20)"><circle r="70" fill="#6b510f"/><circle r="70" cx="-5" cy="-4" fill="url(#a)"/><circle r="53" cx="-5" cy="-4" fill="none" stroke="#6b510f" stroke-opacity="0.7" stroke-width="3"/><path d="${star(between(chance, 4, 7), 34, 15)}" fill="#6b510f" fill-opacity="0.75" transform="translate(-5 -4)"/></g>`
}

function drawBolt(chance: Chance, glow: string): string {
  const lean = between(chance, 12, 26)
  const outline = `M${lean} -104L-58 14H-8L${-lean} 104L62 -24H10Z`
  return `<circle r="88" fill="none" stroke="${glow}" stroke-opacity="0.7" stroke-width="14" stroke-dasharray="${between(chance, 60, 110)} 26" stroke-linecap="round"/>
<path d="${outline}" fill="url(#a)"/><path d="M${lean} -104L-58 14H-8L10 -24Z" fill="#fff" fill-opacity="0.28"/><path d="${outline}" fill="none" stroke="#fff3c4" stroke-opacity="0.7" stroke-width="2" stroke-linejoin="round"/>`
}

function drawOrbit(chance: Chance, glow: string): string {
  const rings = [62, 84, 106].map((radius) => {
    const turn = between(chance, 0, 179)
    return `<g transform="rotate(${turn})"><ellipse rx="${radius}" ry="${radius * 0.42}" fill="none" stroke="#d4af37" stroke-opacity="0.6" stroke-width="2"/><circle cx="${radius}" r="${between(chance, 5, 9)}" fill="url(#a)"/></g>`
  })
  return `<circle r="46" fill="${glow}"/><circle r="46" fill="url(#l)"/><circle cx="12" cy="10" r="36" fill="#000" fill-opacity="0.18"/>${rings.join('')}`
}

function star(points: number, outer: number, inner: number): string {
  const corners = Array.from({ length: points * 2 }, (_, index) => {
    const radius = index % 2 === 0 ? outer : inner
    const angle = (Math.PI * index) / points - Math.PI / 2
    return `${(radius * Math.cos(angle)).toFixed(1)} ${(radius * Math.sin(angle)).toFixed(1)}`
  })
  return `M${corners.join('L')}Z`
}
