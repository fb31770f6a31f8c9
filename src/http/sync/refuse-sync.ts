import { unreachable } from '#shared/result.ts'
import type { SyncRefusal } from '../../app.ts'
import { refuseField, type Refusal } from '../problem-reply.ts'

/** Why there is no run, as a refusal of the request. */
export function refuseSync({ code }: SyncRefusal): Refusal {
  switch (code) {
    case 'unknown_connection':
      return { code: 'connection_unknown' }
    case 'unknown_stream':
      return { code: 'stream_unknown' }
    case 'paused':
      return { code: 'connection_paused' }
    case 'range_not_supported':
    case 'plan_unknown':
    case 'plan_not_finished':
      return { code }
    case 'bad_range':
      return refuseField(BAD_RANGE)
    default:
      return unreachable(code)
  }
}

const BAD_RANGE = {
  pointer: '/from',
  code: 'range_invalid',
  detail: 'Rentang harus mulai sebelum berakhir, dan tidak di masa depan.',
  detailEn: 'A range must begin before it ends, and not in the future.',
}

/** A `to` without a `from`: where the range begins cannot be guessed. */
export const FROM_MISSING = {
  pointer: '/from',
  code: 'required',
  detail: 'Wajib diisi bila "to" diisi.',
  detailEn: 'Required when "to" is given.',
}
