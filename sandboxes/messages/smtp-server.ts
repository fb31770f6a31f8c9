import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** A mail as it came over SMTP; `raw` keeps its bytes as Latin-1 text. */
export type Envelope = { from: string; to: string[]; raw: string }

/** Mails larger than this are refused, as real servers do. */
const MAX_MAIL_BYTES = 20 * 1024 * 1024
const END_OF_DATA = '\r\n.\r\n'

/**
 * Starts a small SMTP server that accepts every mail and any login, without TLS.
 * Rejects with the listen error.
 */
export async function listenSmtp(
  host: string,
  port: number,
  onMail: (envelope: Envelope) => void,
): Promise<{ url: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    serve(socket, onMail)
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

type Session = { from: string; to: string[]; mode: 'command' | 'data' | 'login'; loginSteps: number }

function serve(socket: Socket, onMail: (envelope: Envelope) => void): void {
  const session: Session = { from: '', to: [], mode: 'command', loginSteps: 0 }
  let buffer = ''
  socket.setEncoding('latin1')
  socket.on('error', () => socket.destroy())
  socket.write('220 messages.sandbox ESMTP\r\n')
  socket.on('data', (chunk) => {
    buffer = consume(socket, session, buffer + String(chunk), onMail)
    if (buffer.length > MAX_MAIL_BYTES) socket.end('552 Message too large\r\n')
  })
}

/** Handles every complete line or mail in the buffer and returns what is left of it. */
function consume(
  socket: Socket,
  session: Session,
  input: string,
  onMail: (envelope: Envelope) => void,
): string {
  let buffer = input
  for (;;) {
    if (session.mode === 'data') {
      // A mail without content is just the final dot.
      const end = `\r\n${buffer}`.indexOf(END_OF_DATA)
      if (end < 0) return buffer
      const raw = `\r\n${buffer}`.slice(2, Math.max(end, 2)).replace(/(^|\r\n)\.\./g, '$1.')
      buffer = buffer.slice(end - 2 + END_OF_DATA.length)
      onMail({ from: session.from, to: session.to, raw })
      Object.assign(session, { from: '', to: [], mode: 'command' })
      socket.write('250 OK queued\r\n')
      continue
    }
    const end = buffer.indexOf('\r\n')
    if (end < 0) return buffer
    const line = buffer.slice(0, end)
    buffer = buffer.slice(end + 2)
    socket.write(session.mode === 'login' ? loginReply(session) : commandReply(session, line))
    if (/^QUIT\b/i.test(line)) socket.end()
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
