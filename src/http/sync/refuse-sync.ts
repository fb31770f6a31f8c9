import type { SyncRefusal } from '../../sync/run-view.ts'
import type { Refusal } from '../problem-reply.ts'

/** Why there is no run, as a refusal of the request. */
export function refuseSync({ code }: SyncRefusal): Refusal {
  return code === 'bad_range' ? { code, errors: [BAD_RANGE] } : { code }
}

const BAD_RANGE = {
  pointer: '/from',
  code: 'bad_range',
  detail: 'Rentang harus mulai sebelum berakhir.',
  detailEn: 'A range must begin before it ends.',
}

/** A `to` without a `from`: where the range begins cannot be guessed. */
export const FROM_MISSING = {
  pointer: '/from',
  code: 'required',
  detail: 'Wajib diisi bila "to" diisi.',
  detailEn: 'Required when "to" is given.',
}
