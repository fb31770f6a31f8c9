import { setTimeout as pause } from 'node:timers/promises'
import * as z from 'zod'
import type {
  AccountHealth,
  InviteAccount,
  InviteFailure,
  InviteOutcome,
  InviteProvider,
  InviteRefusal,
  Membership,
} from '../../fulfilment/ports.ts'
import { err, ok, type Result } from '../../shared/result.ts'
import { createFamilyApi, type FamilyAnswer, type FamilyApi, type FamilyOptions } from './family-api.ts'
import { readPanelTime } from './panel-time.ts'

export type { FamilyOptions } from './family-api.ts'

/** A job takes some seconds; so long an invite waits for its end before the lookup takes over. */
const JOB_EVERY_MS = 1_000
const JOB_LOOKS = 8
/** Pages of members that are read at most: 50 each, more than any family plan has. */
const PAGES_AT_MOST = 20
const PAGE_ROWS = 50
const USUAL_SECONDS = 30

const job = z.object({ job: z.string(), status: z.string(), anggota: z.string().catch('') })
const member = z.object({ id: z.string().min(1), surel: z.string(), keadaan: z.string(), tgl: z.string() })
const members = z.object({ jumlah: z.int(), daftar: z.array(member) })
const account = z.object({ kursi: z.int(), terpakai: z.int(), sisa_hari_ini: z.int() })

type Member = z.infer<typeof member>

/**
 * A provider of family plans that is driven like its own panel: a login, forms, jobs instead of answers, and nothing
 * idempotent. A membership is known by the id of its member row; a job has none before it is done.
 */
export function createInviteFamily(options: FamilyOptions): InviteProvider {
  const api = createFamilyApi(options)
  return {
    id: 'family',
    usualSeconds: USUAL_SECONDS,
    invite: (who, { plan, email }) => invite(api, options, who, { plan, email }),
    find: (who, wanted) => find(api, who, wanted),
    async remove(who, { providerRef }) {
      const answer = await api.post(who, '/keluarkan', { anggota: providerRef })
      const isDone = answer.kind === 'answered' && ['OK', 'TIDAK ADA'].includes(answer.word)
      return isDone ? ok(undefined) : err(toFailure(answer))
    },
    inspect: (who) => inspect(api, who),
  }
}

const REFUSALS: Readonly<Record<string, InviteRefusal>> = { LIMIT: 'quota', PENUH: 'full', TOLAK: 'target' }

async function invite(
  api: FamilyApi,
  options: FamilyOptions,
  who: InviteAccount,
  wish: { plan: string; email: string },
): Promise<InviteOutcome> {
  const answer = await api.post(who, '/undang', { surel: wish.email, paket: wish.plan })
  switch (answer.kind) {
    case 'not_sent':
      return { kind: 'not_sent', detail: answer.reason }
    case 'unknown':
      return { kind: 'unknown', detail: answer.reason }
    case 'banned':
      return { kind: 'refused', reason: 'banned', detail: 'the account is locked' }
    case 'login':
      return { kind: 'refused', reason: 'credential', detail: answer.detail }
    case 'throttled':
      return { kind: 'refused', reason: 'throttled', detail: 'too many requests' }
    case 'answered': {
      const reason = REFUSALS[answer.word]
      if (reason !== undefined) return { kind: 'refused', reason, detail: detailOf(answer) }
      const id = answer.word === 'ANTRE' ? answer.fields['job'] : undefined
      if (typeof id !== 'string') return { kind: 'unknown', detail: detailOf(answer) }
      return await followJob(api, options, who, id)
    }
  }
}

/** The invitation exists when its job is done; a job that takes longer is looked up later. */
async function followJob(
  api: FamilyApi,
  options: FamilyOptions,
  who: InviteAccount,
  id: string,
): Promise<InviteOutcome> {
  const { jobEveryMs = JOB_EVERY_MS, jobLooks = JOB_LOOKS } = options
  for (let look = 0; look < jobLooks; look += 1) {
    await pause(jobEveryMs)
    const answer = await api.get(who, `/job?id=${encodeURIComponent(id)}`)
    const shown = readFields(answer, job)
    if (!shown.ok) return { kind: 'unknown', detail: `job: ${shown.error.detail}` }
    const { status, anggota } = shown.value
    if (status === 'selesai' && anggota !== '')
      return { kind: 'sent', providerRef: anggota, state: 'invited' }
    if (status === 'gagal') return { kind: 'refused', reason: 'other', detail: detailOf(answer) }
  }
  return { kind: 'unknown', detail: 'the job is still at work' }
}

/** By the member row; an address without one may have a job at work, which is no absence yet. */
async function find(
  api: FamilyApi,
  who: InviteAccount,
  wanted: { email: string; providerRef?: string },
): Promise<Result<Membership | undefined, InviteFailure>> {
  const { email, providerRef } = wanted
  if (providerRef === undefined) {
    const answer = await api.get(who, `/job?surel=${encodeURIComponent(email)}`)
    const isUnknown = answer.kind === 'answered' && answer.word === 'TIDAK ADA'
    const shown = isUnknown ? undefined : readFields(answer, job)
    if (shown !== undefined && !shown.ok) return shown
    if (shown?.value.status === 'antre')
      return err({ code: 'unreachable', detail: 'the job is still at work' })
  }
  const isIt = (row: Member): boolean =>
    providerRef === undefined ? row.surel.toLowerCase() === email.toLowerCase() : row.id === providerRef
  const found = await findMember(api, who, isIt)
  return found.ok ? ok(found.value && toMembership(found.value)) : found
}

async function findMember(
  api: FamilyApi,
  who: InviteAccount,
  isIt: (row: Member) => boolean,
): Promise<Result<Member | undefined, InviteFailure>> {
  for (let page = 1; page <= PAGES_AT_MOST; page += 1) {
    const listed = readFields(await api.get(who, `/anggota?halaman=${page}`), members)
    if (!listed.ok) return listed
    const row = listed.value.daftar.find(isIt)
    if (row !== undefined) return ok(row)
    if (page * PAGE_ROWS >= listed.value.jumlah) return ok(undefined)
  }
  return err({ code: 'malformed', detail: 'more members than a plan has' })
}

function toMembership({ id, surel, keadaan, tgl }: Member): Membership {
  const since = keadaan === 'GABUNG' ? readPanelTime(tgl) : undefined
  const state = keadaan === 'GABUNG' ? 'joined' : keadaan === 'MENUNGGU' ? 'invited' : 'gone'
  return { providerRef: id, email: surel, state, ...(since === undefined ? {} : { since }) }
}

async function inspect(api: FamilyApi, who: InviteAccount): Promise<Result<AccountHealth, InviteFailure>> {
  const answer = await api.get(who, '/akun')
  if (answer.kind === 'banned') return ok({ state: 'banned', detail: 'the account is locked' })
  if (answer.kind === 'login') return ok({ state: 'credential_refused', detail: answer.detail })
  const shown = readFields(answer, account)
  if (!shown.ok) return shown
  const { kursi: seats, terpakai: used, sisa_hari_ini: invitesLeftToday } = shown.value
  return ok({ state: 'healthy', seats, used, invitesLeftToday })
}

function readFields<T>(answer: FamilyAnswer, schema: z.ZodType<T>): Result<T, InviteFailure> {
  if (answer.kind !== 'answered' || answer.word !== 'OK') return err(toFailure(answer))
  const parsed = schema.safeParse(answer.fields)
  return parsed.success
    ? ok(parsed.data)
    : err({ code: 'malformed', detail: 'the answer is not in the usual form' })
}

function toFailure(answer: FamilyAnswer): InviteFailure {
  switch (answer.kind) {
    case 'banned':
      return { code: 'refused', detail: 'the account is locked' }
    case 'login':
      return { code: 'refused', detail: answer.detail }
    case 'throttled':
      return { code: 'unreachable', detail: 'too many requests' }
    case 'not_sent':
    case 'unknown':
      return { code: 'unreachable', detail: answer.reason }
    case 'answered':
      return { code: 'malformed', detail: detailOf(answer) }
  }
}

function detailOf(answer: FamilyAnswer): string {
  if (answer.kind !== 'answered') return answer.kind
  const message = answer.fields['pesan']
  return `${answer.word} ${typeof message === 'string' ? message : ''}`.trim().slice(0, 200)
}
