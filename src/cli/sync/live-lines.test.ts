import { expect, test } from 'vitest'
import type { Terminal } from '../terminal.ts'
import { cutLine, liveLines } from './live-lines.ts'

function window(columns: number, rows: number) {
  const drawn: string[] = []
  const nothing = () => undefined
  const terminal: Terminal = {
    print: nothing,
    tell: nothing,
    draw: (text) => void drawn.push(text),
    isLive: true,
    hasColor: false,
    columns: () => columns,
    rows: () => rows,
  }
  return { drawn, lines: liveLines(terminal) }
}

test('is drawn over in one write, and only when it changes', () => {
  const { drawn, lines } = window(80, 24)
  lines.show(['a', 'b'])
  lines.show(['a', 'b'])
  lines.show(['a', 'c'])
  expect(drawn).toEqual(['\ra\u001b[K\nb\u001b[K\n\u001b[J', '\u001b[2A\ra\u001b[K\nc\u001b[K\n\u001b[J'])
})

test('never grows beyond the window, in either direction', () => {
  const { drawn, lines } = window(10, 3)
  lines.show(['123456789012', 'b', 'c', 'd'])
  expect(drawn).toEqual(['\r12345678…\u001b[K\nb\u001b[K\n\u001b[J'])
})

test('what was left stays', () => {
  const { drawn, lines } = window(80, 24)
  lines.show(['a'])
  lines.leave()
  lines.show(['b'])
  expect(drawn[1]).toBe('\rb\u001b[K\n\u001b[J')
})

test('colours take no room and are closed', () => {
  expect(cutLine('\u001b[31mred\u001b[0m', 3)).toBe('\u001b[31mred\u001b[0m')
  expect(cutLine('\u001b[31mreddish\u001b[0m', 4)).toBe('\u001b[31mred\u001b[0m…')
})
