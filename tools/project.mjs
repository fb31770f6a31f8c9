// What every command needs before the product itself can run: dependencies, the bundled Node, built pages.
// Plain JavaScript without dependencies: this runs on whatever Node the machine has, before anything is installed.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** The folder that holds package.json. */
export const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..')

const MODULES = path.join(ROOT, 'node_modules')
const BUNDLED_NODE = path.join(MODULES, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
const INSTALL_STAMP = path.join(MODULES, '.lapak-installed')
const BUILD_STAMP = path.join(ROOT, 'build', '.lapak-built')
const OLDEST_NODE = 20
/** What the built pages are made from. */
const PAGE_SOURCES = ['web', 'src/shared', 'vite.config.ts', 'react-router.config.ts', 'package-lock.json']

/** Says one line of progress on standard error, which leaves standard output to the command itself. */
export function say(text) {
  process.stderr.write(`${text}\n`)
}

/** Ends the command with a plain message. */
export function fail(text, code = 1) {
  say(`✗ ${text}`)
  process.exit(code)
}

/** Installs dependencies when they are absent or the lockfile changed, and checks that the bundled Node runs. */
export async function ensureDependencies() {
  const major = Number(process.versions.node.split('.')[0])
  if (major < OLDEST_NODE)
    fail(`Butuh Node ${OLDEST_NODE} ke atas / Node ${OLDEST_NODE} or newer is needed (${process.version}).`)
  const wanted = `${hashOf(['package-lock.json'])} ${process.platform}-${process.arch}`
  if (readText(INSTALL_STAMP) === wanted && existsSync(BUNDLED_NODE)) return
  if (!matchesLockfile()) await install()
  checkBundledNode()
  writeFileSync(INSTALL_STAMP, wanted)
}

/** The Node that runs the product, whatever started us. */
export function bundledNode() {
  return BUNDLED_NODE
}

/** Builds the pages unless the last build was made from the same sources. */
export async function ensurePages() {
  if (!existsSync(path.join(ROOT, 'web', 'routes.ts'))) return
  const wanted = hashOf(PAGE_SOURCES)
  if (readText(BUILD_STAMP) === wanted && existsSync(path.join(ROOT, 'build', 'server'))) return
  say('Menyiapkan halaman / building the pages …')
  const code = await run(BUNDLED_NODE, [path.join(MODULES, '@react-router', 'dev', 'bin.cjs'), 'build'], {
    env: { ...process.env, NODE_ENV: 'production' },
    quiet: true,
  })
  if (code !== 0) fail('Halaman tidak bisa dibangun / the pages could not be built.')
  mkdirSync(path.dirname(BUILD_STAMP), { recursive: true })
  writeFileSync(BUILD_STAMP, wanted)
}

/** Runs a program to its end and returns its exit code; with `quiet` its output appears only when it fails, or never. */
export function run(program, args, options = {}) {
  const { quiet = false, ...rest } = options
  return new Promise((resolve) => {
    const output = quiet ? 'pipe' : 'inherit'
    const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', output, output], ...rest })
    const chunks = []
    child.stdout?.on('data', (chunk) => chunks.push(chunk))
    child.stderr?.on('data', (chunk) => chunks.push(chunk))
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal))
    child.on('error', (error) => {
      say(error.message)
      resolve(1)
    })
    child.on('close', (code) => {
      if (code !== 0 && quiet !== 'always') process.stderr.write(Buffer.concat(chunks))
      resolve(code ?? 1)
    })
  })
}

async function install() {
  say('Memasang pustaka, sekali saja / installing dependencies, once …')
  // The caller's settings must not leave out what the build and the tests need.
  const env = { ...process.env, NODE_ENV: 'development', npm_config_omit: '' }
  const npm = npmCommand()
  const options = [...npm.args, '--no-audit', '--no-fund', '--loglevel=error']
  if ((await run(npm.program, [...options, 'ci'], { env, quiet: 'always' })) === 0) return
  // A lockfile made where packages for other systems could not be seen does not list them, and `ci` insists on
  // a complete list. `install` keeps to every listed version and adds what this system needs.
  const code = await run(npm.program, [...options, 'install', '--no-save'], { env })
  if (code !== 0) {
    fail(
      'Pustaka tidak bisa dipasang; periksa jaringan / dependencies could not be installed; check the network.',
    )
  }
}

function npmCommand() {
  const running = process.env.npm_execpath
  if (running?.endsWith('.js') && existsSync(running)) return { program: process.execPath, args: [running] }
  const beside = path.join(
    path.dirname(process.execPath),
    '..',
    'lib',
    'node_modules',
    'npm',
    'bin',
    'npm-cli.js',
  )
  if (existsSync(beside)) return { program: process.execPath, args: [beside] }
  return { program: process.platform === 'win32' ? 'npm.cmd' : 'npm', args: [] }
}

/** True when somebody installed exactly the lockfile by hand: the hidden lockfile of npm lists what is there. */
function matchesLockfile() {
  const installed = readJson(path.join(MODULES, '.package-lock.json'))?.packages
  const wanted = readJson(path.join(ROOT, 'package-lock.json'))?.packages
  if (!installed || !wanted || !existsSync(BUNDLED_NODE)) return false
  return Object.entries(wanted).every(
    ([where, entry]) =>
      where === '' || entry.optional || entry.peer || installed[where]?.version === entry.version,
  )
}

function checkBundledNode() {
  const answer = spawnSync(BUNDLED_NODE, ['--version'], { encoding: 'utf8' })
  if (answer.status === 0) return
  fail(
    `Node bawaan tidak bisa berjalan di sini / the bundled Node does not run here: ${BUNDLED_NODE}\n` +
      '  Hapus node_modules lalu coba lagi / remove node_modules and try again. Alpine (musl) belum didukung / is not supported.',
  )
}

function hashOf(sources) {
  const hash = createHash('sha256')
  for (const source of sources) addToHash(hash, source)
  return hash.digest('hex')
}

function addToHash(hash, relative) {
  const file = path.join(ROOT, relative)
  if (!existsSync(file)) return
  if (statSync(file).isDirectory()) {
    for (const name of readdirSync(file).sort()) addToHash(hash, `${relative}/${name}`)
    return
  }
  hash.update(relative).update('\0').update(readFileSync(file)).update('\0')
}

function readText(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

function readJson(file) {
  const text = readText(file)
  return text === undefined ? undefined : JSON.parse(text)
}
