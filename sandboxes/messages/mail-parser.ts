/** A mail taken apart as far as people want to read it. */
export type ParsedMail = {
  headers: Record<string, string>
  subject: string
  from: string
  text: string
  html: string
  attachments: { filename: string; type: string; bytes: number }[]
}

/** Returns the readable parts of a raw RFC 5322 mail; a broken part comes out as its raw text. */
export function parseMail(raw: string): ParsedMail {
  const { headers, body } = splitHead(raw)
  const mail: ParsedMail = {
    headers,
    subject: decodeWords(headers.subject ?? ''),
    from: decodeWords(headers.from ?? ''),
    text: '',
    html: '',
    attachments: [],
  }
  collectPart(mail, headers, body)
  return mail
}

function collectPart(mail: ParsedMail, headers: Record<string, string>, body: string): void {
  const contentType = headers['content-type'] ?? 'text/plain'
  const type = (contentType.split(';')[0] ?? '').trim().toLowerCase()
  const boundary = parameter(contentType, 'boundary')
  if (type.startsWith('multipart/') && boundary) {
    for (const part of splitParts(body, boundary)) {
      const inner = splitHead(part)
      collectPart(mail, inner.headers, inner.body)
    }
    return
  }
  const bytes = decodeBody(body, headers['content-transfer-encoding'] ?? '')
  const disposition = headers['content-disposition'] ?? ''
  const filename = parameter(disposition, 'filename')
  if (filename || disposition.startsWith('attachment') || !type.startsWith('text/')) {
    mail.attachments.push({ filename: filename ?? '', type, bytes: bytes.length })
  } else if (type === 'text/html') mail.html ||= bytes.toString('utf8')
  else mail.text ||= bytes.toString('utf8')
}

function splitHead(raw: string): { headers: Record<string, string>; body: string } {
  const end = raw.indexOf('\r\n\r\n')
  const head = end < 0 ? raw : raw.slice(0, end)
  const body = end < 0 ? '' : raw.slice(end + 4)
  const unfolded = head.replace(/\r\n[ \t]+/g, ' ')
  const entries = unfolded.split('\r\n').flatMap((line): [string, string][] => {
    const colon = line.indexOf(':')
    return colon < 1 ? [] : [[line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]]
  })
  return { headers: Object.fromEntries(entries), body }
}

function splitParts(body: string, boundary: string): string[] {
  const [, ...rest] = `\r\n${body}`.split(`\r\n--${boundary}`)
  return rest.filter((part) => !part.startsWith('--')).map((part) => part.replace(/^[ \t]*\r\n/, ''))
}

function parameter(header: string, name: string): string | undefined {
  const match = new RegExp(`${name}="?([^";]+)"?`, 'i').exec(header)
  return match?.[1]?.trim()
}

function decodeBody(body: string, encoding: string): Buffer {
  switch (encoding.trim().toLowerCase()) {
    case 'base64':
      return Buffer.from(body, 'base64')
    case 'quoted-printable':
      return decodeQuotedPrintable(body.replace(/=\r?\n/g, ''))
    default:
      return Buffer.from(body, 'latin1')
  }
}

function decodeQuotedPrintable(text: string): Buffer {
  const binary = text.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  )
  return Buffer.from(binary, 'latin1')
}

/** Decodes RFC 2047 words such as `=?UTF-8?Q?Pesanan_=E2=9C=93?=`. */
function decodeWords(text: string): string {
  const joined = text.replace(/\?=\s+=\?/g, '?==?')
  return joined.replace(/=\?[^?]+\?([BQbq])\?([^?]*)\?=/g, (_, kind: string, data: string) =>
    kind.toUpperCase() === 'B'
      ? Buffer.from(data, 'base64').toString('utf8')
      : decodeQuotedPrintable(data.replaceAll('_', ' ')).toString('utf8'),
  )
}
