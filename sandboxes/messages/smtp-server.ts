import { setTimeout as delay } from 'node:timers/promises'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { FaultRule, Faults } from '../faults.ts'

/** A mail as it came over SMTP; `raw` keeps its bytes as Latin-1 text. */
export type Envelope = { from: string; to: string[]; raw: string }

/** Mails larger than this are refused, as real servers do. */
const MAX_MAIL_BYTES = 20 * 1024 * 1024
const END_OF_DATA = '\r\n.\r\n'

/** An address with this local part is refused for good. */
const REFUSED_LOCAL_PART = 'tolak'
/** An answer held back is given up after this time. */
const MAX_HOLD_MS = 120_000
const DEFAULT_SLOW_MS = 3_000

type SmtpOptions = { host: string; port: number; faults: Faults; onMail: (envelope: Envelope) => void }

/**
 * Starts a small SMTP server that accepts nearly every mail and any login, without TLS. Fault rules count mails as
 * requests with method `SMTP` and path `/smtp`. Rejects with the listen error.
 */
export async function listenSmtp(options: SmtpOptions): Promise<{ url: string; close(): Promise<void> }> {
  const { host, port } = options
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    serve(socket, options)
  })
  await listen(server, host, port)
  return {
    url: `smtp://${host}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        sockets.forEach((socket) => socket.destroy())
      }),
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
}

type Session = {
  from: string
  to: string[]
  mode: 'command' | 'data' | 'login'
  loginSteps: number
  /** What has come in and is not handled yet. */
  input: string
}

function serve(socket: Socket, options: SmtpOptions): void {
  const session: Session = { from: '', to: [], mode: 'command', loginSteps: 0, input: '' }
  let work = Promise.resolve()
  socket.setEncoding('latin1')
  socket.on('error', () => socket.destroy())
  socket.write('220 messages.sandbox ESMTP\r\n')
  socket.on('data', (chunk) => {
    session.input += String(chunk)
    if (session.input.length > MAX_MAIL_BYTES) socket.end('552 Message too large\r\n')
    else work = work.then(() => consume(socket, session, options))
  })
}

/** Handles every complete line or mail that has come in, one after the other. */
async function consume(socket: Socket, session: Session, options: SmtpOptions): Promise<void> {
  for (;;) {
    const isMail = session.mode === 'data'
    const text = isMail ? takeMail(session) : takeLine(session)
    if (text === undefined || socket.destroyed) return
    if (isMail) {
      const envelope = { from: session.from, to: session.to, raw: text }
      Object.assign(session, { from: '', to: [], mode: 'command' })
      await answerMail(socket, envelope, options)
      continue
    }
    socket.write(session.mode === 'login' ? loginReply(session) : commandReply(session, text))
    if (/^QUIT\b/i.test(text)) socket.end()
  }
}

function takeLine(session: Session): string | undefined {
  const end = session.input.indexOf('\r\n')
  if (end < 0) return undefined
  const line = session.input.slice(0, end)
  session.input = session.input.slice(end + 2)
  return line
}

function takeMail(session: Session): string | undefined {
  // A mail without content is just the final dot.
  const end = `\r\n${session.input}`.indexOf(END_OF_DATA)
  if (end < 0) return undefined
  const raw = `\r\n${session.input}`.slice(2, Math.max(end, 2)).replace(/(^|\r\n)\.\./g, '$1.')
  session.input = session.input.slice(end - 2 + END_OF_DATA.length)
  return raw
}

/** Takes the mail, or lets it suffer the fault that strikes; with an `after` fault it arrives all the same. */
async function answerMail(
  socket: Socket,
  envelope: Envelope,
  { faults, onMail }: SmtpOptions,
): Promise<void> {
  const rule = faults.take({ method: 'SMTP', path: '/smtp', body: envelope.raw })
  const isTaken = rule === undefined || ['timeout_after', 'truncate', 'empty', 'slow'].includes(rule.fault)
  if (isTaken) onMail(envelope)
  if (rule === undefined) return void socket.write('250 OK queued\r\n')
  await answerWithFault(socket, rule)
}

async function answerWithFault(socket: Socket, { fault, ms }: FaultRule): Promise<void> {
  switch (fault) {
    case 'timeout_before':
    case 'timeout_after':
      await delay(Math.min(ms ?? MAX_HOLD_MS, MAX_HOLD_MS), undefined, { ref: false })
      socket.destroy()
      return
    case 'reset':
      socket.resetAndDestroy()
      return
    case 'truncate':
    case 'empty':
      socket.end()
      return
    case 'slow':
      await delay(ms ?? DEFAULT_SLOW_MS, undefined, { ref: false })
      socket.write('250 OK queued\r\n')
      return
    case 'http_429':
      socket.end('421 Too many messages, try again later\r\n')
      return
    case 'http_500':
    case 'html':
      socket.write('451 Local error in processing\r\n')
  }
}

function commandReply(session: Session, line: string): string {
  const verb = (line.split(/[\s:]/)[0] ?? '').toUpperCase()
  switch (verb) {
    case 'EHLO':
      return `250-messages.sandbox\r\n250-SIZE ${MAX_MAIL_BYTES}\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN\r\n`
    case 'HELO':
      return '250 messages.sandbox\r\n'
    case 'AUTH':
      return authReply(session, line)
    case 'MAIL':
      Object.assign(session, { from: addressIn(line), to: [] })
      return '250 OK\r\n'
    case 'RCPT':
      if (addressIn(line).startsWith(`${REFUSED_LOCAL_PART}@`)) return '550 No such user here\r\n'
      session.to.push(addressIn(line))
      return '250 OK\r\n'
    case 'DATA':
      if (session.to.length === 0) return '503 Bad sequence of commands\r\n'
      session.mode = 'data'
      return '354 End data with <CR><LF>.<CR><LF>\r\n'
    case 'RSET':
      Object.assign(session, { from: '', to: [] })
      return '250 OK\r\n'
    case 'NOOP':
      return '250 OK\r\n'
    case 'QUIT':
      return '221 Bye\r\n'
    default:
      return '502 Command not implemented\r\n'
  }
}

function authReply(session: Session, line: string): string {
  const [, method = '', initial] = line.split(/\s+/)
  if (method.toUpperCase() === 'PLAIN' && initial) return '235 Authenticated\r\n'
  session.mode = 'login'
  session.loginSteps = method.toUpperCase() === 'LOGIN' && !initial ? 2 : 1
  return session.loginSteps === 2 ? '334 VXNlcm5hbWU6\r\n' : '334 UGFzc3dvcmQ6\r\n'
}

function loginReply(session: Session): string {
  session.loginSteps -= 1
  if (session.loginSteps > 0) return '334 UGFzc3dvcmQ6\r\n'
  session.mode = 'command'
  return '235 Authenticated\r\n'
}

function addressIn(line: string): string {
  return /<([^>]*)>/.exec(line)?.[1] ?? line.slice(line.indexOf(':') + 1).trim()
}
