import type { App } from '../../../src/app.ts'
import type { Terminal } from '../../../src/cli/terminal.ts'
import { syncPort } from '../http/sync-port.ts'

/** A terminal that remembers what was written to it. */
export function recordingTerminal(window: Partial<Pick<Terminal, 'isLive' | 'columns' | 'hasColor'>> = {}) {
  const out: string[] = []
  const told: string[] = []
  const drawn: string[] = []
  const terminal: Terminal = {
    print: (line) => void out.push(line),
    tell: (line) => void told.push(line),
    draw: (text) => void drawn.push(text),
    isLive: false,
    hasColor: false,
    columns: () => 100,
    rows: () => 40,
    ...window,
  }
  return { terminal, out, told, drawn }
}

/** Synchronisation with the fixed answers of the HTTP tests, some replaced, that notes every call. */
export function scriptedSync(overrides: Partial<App['sync']> = {}) {
  const calls: { name: string; args: unknown[] }[] = []
  const port = { ...syncPort(), ...overrides }
  const noted = Object.entries(port).map(([name, answer]) => [
    name,
    (...args: unknown[]) => {
      calls.push({ name, args })
      return (answer as (...given: unknown[]) => unknown)(...args)
    },
  ])
  const sync = Object.fromEntries(noted) as App['sync']
  const argsOf = (name: string) => calls.filter((call) => call.name === name).map((call) => call.args)
  return { app: { sync }, calls, argsOf }
}
