import type { Environment } from '#platform/config.ts'
import { EXIT, complain, print, type ExitCode } from './command.ts'
import { checkedConfig, demoEnvironment } from './project-config.ts'
import { startSandboxProcess } from './sandbox-process.ts'
import { untilAskedToStop } from './stop-signal.ts'

/** Runs the provider sandboxes without a shop. */
export async function runSandbox(_args: string[], env: Environment): Promise<ExitCode> {
  const demo = demoEnvironment(env)
  const asked = untilAskedToStop(env)
  const config = checkedConfig(demo)
  const sandboxes = await startSandboxProcess(
    { ...demo, APP_URL: config.appUrl, SANDBOX_PORT: String(config.sandboxPort) },
    (text) => complain(`• ${text}`),
  )
  for (const [name, url] of Object.entries(sandboxes.urls)) print(`${name.padEnd(14)} ${url}`)
  await asked
  await sandboxes.stop()
  return EXIT.ok
}
