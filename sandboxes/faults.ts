import { z } from 'zod'
import { createRandom, type Random } from './random.ts'

const faultKind = z.enum([
  'timeout_before',
  'timeout_after',
  'reset',
  'http_500',
  'http_429',
  'html',
  'truncate',
  'slow',
  'empty',
])

/** One fault rule as posted to `/_sandbox/faults`. */
export const faultRuleSchema = z.object({
  match: z
    .object({
      /** Exact path, or a pattern in which `*` stands for anything. */
      path: z.string().optional(),
      method: z.string().optional(),
      /** Text that the raw request body must contain, e.g. `type=order`. */
      body: z.string().optional(),
      nth: z.int().min(1).optional(),
      every: z.int().min(1).optional(),
      probability: z.number().min(0).max(1).optional(),
    })
    .default({}),
  fault: faultKind,
  ms: z.int().min(0).optional(),
  times: z.int().min(1).optional(),
  seed: z.union([z.string(), z.number()]).optional(),
})

export const faultRulesSchema = z.union([
  z.array(faultRuleSchema),
  faultRuleSchema.transform((rule) => [rule]),
])

export type FaultRule = z.infer<typeof faultRuleSchema>

/** What the fault rules are told about a request. */
export type FaultSubject = { method: string; path: string; body: string }

/** Decides which requests go wrong. */
export type Faults = {
  /** Replaces all rules and starts their counters anew. */
  set(rules: FaultRule[]): void
  /** Counts the request and returns the first rule that strikes. */
  take(subject: FaultSubject): FaultRule | undefined
  list(): (FaultRule & { seen: number; struck: number })[]
}

type ArmedRule = { rule: FaultRule; random: Random; seen: number; struck: number }

/** Returns a rule set without rules. */
export function createFaults(): Faults {
  let armed: ArmedRule[] = []
  return {
    set(rules) {
      armed = rules.map((rule) => ({
        rule,
        random: createRandom(`fault-${rule.seed ?? 1}`),
        seen: 0,
        struck: 0,
      }))
    },
    take(subject) {
      // Every rule counts every request it matches, so `nth` does not depend on the rules before it.
      const striking = armed.filter((entry) => matches(entry.rule, subject)).filter(countAndDecide)
      const winner = striking[0]
      if (!winner) return undefined
      winner.struck += 1
      return winner.rule
    },
    list: () => armed.map(({ rule, seen, struck }) => ({ ...rule, seen, struck })),
  }
}

function matches({ match }: FaultRule, subject: FaultSubject): boolean {
  if (match.method && match.method.toUpperCase() !== subject.method.toUpperCase()) return false
  if (match.body && !subject.body.includes(match.body)) return false
  return !match.path || matchesPath(match.path, subject.path)
}

function matchesPath(pattern: string, path: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${escaped.join('.*')}$`).test(path)
}

function countAndDecide(entry: ArmedRule): boolean {
  const { match, times } = entry.rule
  entry.seen += 1
  if (times !== undefined && entry.struck >= times) return false
  if (match.nth !== undefined && entry.seen !== match.nth) return false
  if (match.every !== undefined && entry.seen % match.every !== 0) return false
  return match.probability === undefined || entry.random.next() < match.probability
}
