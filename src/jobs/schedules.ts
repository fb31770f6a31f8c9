import type { Log } from '#platform/log.ts'

/**
 * Work that is looked for again and again. Every worker process runs the whole table. Each task either claims its rows in
 * the database or does steps that are harmless to repeat, so several processes may look at the same time.
 */
export type Schedule = { name: string; everySeconds: number; run(): Promise<unknown> }

/** Runs schedules until stopped. A run that fails is logged; the next one comes all the same, never two at once. */
export function startSchedules(schedules: readonly Schedule[], log: Log): { stop(): Promise<void> } {
  const loops = schedules.map((schedule) => startLoop(schedule, log))
  return {
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()))
    },
  }
}

const SECOND_MS = 1_000

function startLoop(schedule: Schedule, log: Log): { stop(): Promise<void> } {
  let stopped = false
  let running: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  async function turn(): Promise<void> {
    try {
      await schedule.run()
    } catch (error) {
      log.error({ err: error, schedule: schedule.name }, 'scheduled work failed')
    }
    if (!stopped) timer = setTimeout(begin, schedule.everySeconds * SECOND_MS)
  }
  function begin(): void {
    running = turn()
  }
  begin()
  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
