import type { Tx } from '#platform/database.ts'
import type { FieldValues, Rejection, Scalar } from '../ports.ts'
import type { ApplyJob } from './apply-records.ts'
import { selectPlannedCreations } from './plan-store.ts'
import { selectLocalIds } from './records-store.ts'

/** What is known of the parents of some records. */
export type Parents = {
  /** Local ids behind the fields that name another record. */
  of(value: FieldValues): Record<string, string>
  /** Why a record has to wait: a parent that we do not have. */
  missing(value: FieldValues): Rejection | undefined
}

/** Looks up the parents of records, one statement per entity. A dry run counts those that it would create as there. */
export async function findParents(tx: Tx, job: ApplyJob, values: readonly FieldValues[]): Promise<Parents> {
  const fields = Object.entries(job.stream.parents ?? {})
  const found = await Promise.all(
    fields.map(async ([field, entity]) => {
      const ids = [...new Set(values.flatMap((value) => toExternalId(value[field]) ?? []))].sort()
      if (ids.length === 0) return { field, entity, localIds: new Map<string, string>() }
      const localIds = await selectLocalIds(tx, { connection: job.connection, entity }, ids)
      if (job.isDry && localIds.size < ids.length) {
        const planned = await selectPlannedCreations(tx, job.runId, ids)
        for (const id of planned) if (!localIds.has(id)) localIds.set(id, '')
      }
      return { field, entity, localIds }
    }),
  )
  return {
    of(value) {
      const parents: Record<string, string> = {}
      for (const { field, localIds } of found) {
        const localId = localIds.get(toExternalId(value[field]) ?? '')
        if (localId !== undefined) parents[field] = localId
      }
      return parents
    },
    missing(value) {
      for (const { field, entity, localIds } of found) {
        const id = toExternalId(value[field])
        if (id !== undefined && !localIds.has(id))
          return { code: 'parent_missing', detail: `${field}: there is no ${entity} ${id}` }
      }
      return undefined
    },
  }
}

function toExternalId(value: Scalar | undefined): string | undefined {
  if (value === null || value === undefined || value === '') return undefined
  return String(value)
}
