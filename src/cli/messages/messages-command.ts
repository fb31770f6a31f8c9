import type { App } from '../../app.ts'
import type { ExitCode } from '../command.ts'
import type { Terminal } from '../terminal.ts'

/** What a command about messages is given. */
export type MessagesCall = { app: Pick<App, 'messages'>; args: readonly string[]; terminal: Terminal }

export type MessagesCommand = (call: MessagesCall) => Promise<ExitCode>
