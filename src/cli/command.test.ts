import { expect, test } from 'vitest'
import { helpOf } from './command.ts'
import { COMMANDS } from './commands.ts'

test.each(COMMANDS.map((command) => [command.name, command] as const))(
  'the help of %s shows its codes, and its code can be loaded',
  async (name, command) => {
    const help = helpOf(command)
    expect(help).toContain(`npx lapak ${name}`)
    for (const code of [0, 1, 2, 3]) expect(help).toMatch(new RegExp(`^ {2}${code} {2}\\S`, 'm'))
    expect(await command.load()).toBeTypeOf('function')
  },
)
