import type { Terminal } from '../terminal.ts'

/** Lines that are drawn anew in place. */
export type LiveLines = {
  show(lines: readonly string[]): void
  /** Leaves what is shown where it is; the next lines come below. */
  leave(): void
}

const ESCAPE = '\u001b['

/**
 * A block of lines on the terminal that is replaced as a whole, in one write, so that nothing flickers. Lines are cut
 * at the window's edge: a wrapped line could not be drawn over. Nothing is written when nothing has changed.
 */
export function liveLines(terminal: Terminal): LiveLines {
  let drawn = 0
  let last = ''
  return {
    show(lines) {
      const room = Math.max(1, terminal.rows() - 1)
      const cut = lines.slice(0, room).map((line) => cutLine(line, terminal.columns() - 1))
      const text = cut.map((line) => `${line}${ESCAPE}K\n`).join('')
      if (text === last) return
      terminal.draw(`${drawn > 0 ? `${ESCAPE}${drawn}A` : ''}\r${text}${ESCAPE}J`)
      drawn = cut.length
      last = text
    },
    leave() {
      drawn = 0
      last = ''
    },
  }
}

const COLOR = /\u001b\[\d+m/g

/** The line without what would not fit, colours not counted. */
export function cutLine(line: string, width: number): string {
  if (line.replaceAll(COLOR, '').length <= width) return line
  let shown = 0
  let cut = ''
  for (const part of line.split(/(\u001b\[\d+m)/)) {
    const isColor = part.startsWith('\u001b')
    const piece = isColor ? part : part.slice(0, Math.max(0, width - 1 - shown))
    if (!isColor) shown += piece.length
    cut += piece
  }
  return `${cut}…`
}
