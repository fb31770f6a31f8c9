import type { TrackView } from '#orders'
import type { Task } from '#reports'
import { err, ok } from '#shared/result.ts'
import type { App } from '../../../src/app.ts'

/** A refund that a person has to pay. */
export const TASK: Task = {
  id: 'refund_manual:01890a5d-ac96-774b-bcce-b302099a8057',
  kind: 'refund_manual',
  title: 'Uang harus dikembalikan dengan tangan',
  titleEn: 'Money has to be paid back by hand',
  detail: 'midtrans bca_va',
  todo: 'Transfer, lalu catat.',
  todoEn: 'Transfer it, then record it.',
  orderNumber: 'LP-7K2M9Q4XA0',
  amount: 20500,
  since: '2026-11-21T00:00:00.000Z',
  owner: 'staff',
  actions: [{ action: 'paid', label: 'Sudah ditransfer', labelEn: 'It was transferred', needs: ['note'] }],
}

/** Fixed answers about what waits for a person. */
export function tasksPort(): App['tasks'] {
  return {
    list: async () => ({ tasks: [TASK], nextCursor: null }),
    find: async (id) => (id === TASK.id ? TASK : undefined),
    async decide(id, { action, values }) {
      if (id !== TASK.id) return err({ code: 'not_found', detail: 'gone' })
      if (action !== 'paid') return err({ code: 'not_allowed', detail: 'this task allows: paid' })
      return values['note'] === undefined
        ? err({ code: 'invalid_request', detail: 'missing: note' })
        : ok(undefined)
    },
    account: async (id) =>
      id === TASK.id ? { bank: 'BCA', number: '1234567890', holder: 'Sari Dewi' } : undefined,
    refund: async (_number, { amount = 20500 }) =>
      amount > 20500 ? err({ code: 'not_allowed', detail: 'at most Rp20500 is left of it' }) : ok({ amount }),
  }
}

type Exits = Pick<App['orders'], 'correctInput' | 'declineCorrection' | 'setRefundAccount'>

const MISTAKE = { pointer: '/input/user_id', code: 'input_invalid', detail: 'Salah.', detailEn: 'Wrong.' }

/** Fixed answers to what a buyer does about a stuck line: line 1 waits for it, line 2 does not. */
export function exitsPort(
  ownToken: string,
  viewOf: (version: number, status: TrackView['status']) => TrackView,
): Exits {
  return {
    async correctInput(token, line, input) {
      if (token !== ownToken) return err({ code: 'not_found' })
      if (line !== 1) return err({ code: 'not_correctable' })
      if (input['user_id'] === undefined) return err({ code: 'invalid_request', errors: [MISTAKE] })
      return ok(viewOf(5, 'PROCESSING'))
    },
    async declineCorrection(token, line) {
      if (token !== ownToken) return err({ code: 'not_found' })
      return line === 1 ? ok(viewOf(5, 'FAILED')) : err({ code: 'not_correctable' })
    },
    async setRefundAccount(token, { bank }) {
      if (token !== ownToken) return err({ code: 'not_found' })
      return bank === '' ? err({ code: 'not_needed' }) : ok(viewOf(5, 'FAILED'))
    },
  }
}
