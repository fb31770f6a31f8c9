import { once } from 'node:events'
import { createServer } from 'node:net'

/** Ports looked at beyond the wanted one: fifty busy in a row mean something else is wrong. */
const PORTS_TO_TRY = 50
/** A program on any of these would be what the browser finds under `localhost`. */
const HOSTS = ['127.0.0.1', '::1', '0.0.0.0', '::']

/** The wanted port, or the next one that nobody uses. Throws when all are taken. */
export async function findFreePort(wanted: number): Promise<number> {
  for (let port = wanted; port < wanted + PORTS_TO_TRY; port += 1) {
    if (await isPortFree(port)) return port
  }
  throw new Error(
    `Tidak ada port bebas / no free port from ${wanted} to ${wanted + PORTS_TO_TRY - 1}; set PORT`,
  )
}

/** True when no program of this machine listens on the port, on whatever address. */
export async function isPortFree(port: number): Promise<boolean> {
  for (const host of HOSTS) {
    if (!(await canListen(port, host))) return false
  }
  return true
}

async function canListen(port: number, host: string): Promise<boolean> {
  const server = createServer()
  try {
    server.listen({ port, host, exclusive: true })
    await once(server, 'listening')
    return true
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    // A machine without IPv6 has nobody listening there.
    return code !== 'EADDRINUSE' && code !== 'EACCES'
  } finally {
    if (server.listening) {
      server.close()
      await once(server, 'close')
    }
  }
}
