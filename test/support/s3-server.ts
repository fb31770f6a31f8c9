import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import S3rver from 's3rver'

/** A server that speaks S3: signed requests, buckets, XML. */
export type S3Server = {
  endpoint: string
  bucket: string
  accessKeyId: string
  secretAccessKey: string
  stop(): Promise<void>
}

const BUCKET = 'lapak-test'

/**
 * Starts it on a free port with one empty bucket. A process of its own, because its page tokens need a cipher that
 * OpenSSL offers only when a process starts with the older algorithms.
 */
export async function startS3Server(): Promise<S3Server> {
  const directory = await mkdtemp(path.join(tmpdir(), 'lapak-s3-'))
  const child = spawn(
    process.execPath,
    ['--openssl-legacy-provider', '--no-warnings', fileURLToPath(import.meta.url), directory],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const ended = once(child, 'exit')
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return {
    endpoint: `http://127.0.0.1:${Number(line.toString())}`,
    bucket: BUCKET,
    accessKeyId: 'S3RVER',
    secretAccessKey: 'S3RVER',
    async stop() {
      child.stdin.end()
      await ended
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function serve(directory: string): Promise<void> {
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: BUCKET, configs: [] }],
  })
  const { port } = await server.run()
  process.stdout.write(`${port}\n`)
  process.stdin.resume()
  process.stdin.on('end', () => process.exit(0))
}

if (import.meta.main) await serve(process.argv[2] ?? '')
