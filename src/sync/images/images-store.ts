import { textArray } from '#platform/array-literal.ts'
import type { Statement } from '#platform/database.ts'

/** A picture that this process holds for a while. */
export type ClaimedImage = {
  url: string
  sha256: Buffer | null
  etag: string | null
  lastModified: string | null
  failCount: number
}

/** One stored form of a content, without its key. */
export type StoredForm = { size: number; format: string; width: number; height: number }

export type ContentRow = { sha256: Buffer; width: number; height: number; forms: StoredForm[]; bytes: number }

/** What became of a claimed picture. `sha256` null leaves what was found before. */
export type ImageOutcome = {
  url: string
  sha256: Buffer | null
  etag: string | null
  lastModified: string | null
  error: { code: string; detail: string } | null
  /** Seconds until it is looked at again. */
  afterSeconds: number
}

/** Failures in a row after which a picture counts as broken and is shown to people. */
const BROKEN_AFTER = 3
/** Waits grow by up to this share by chance, so that what came in one page does not come due in one moment for ever. */
const SPREAD = 0.15

/**
 * Adds pictures and marks known ones for a new look; a row that is due anyway with the same text is neither written nor
 * locked. Rows are locked in order of addresses, so that two pages never wait for each other in a circle. A new text of a
 * picture that is due is left out when another page is just giving it one: a placeholder that half of all records share
 * must not make their pages wait for each other. By primary key, one look per address whatever the size of the table.
 */
export function wantStatement(urls: readonly string[], alts: readonly string[]): Statement {
  return {
    name: 'sync_images_want',
    text: `with wanted as materialized (
        select told.url, told.alt, due.alt as due_alt
        from (select url, min(alt) as alt from unnest($1::text[], $2::text[]) as told (url, alt) group by url) as told
        left join lateral (
          select alt from sync_images where url = told.url collate "C" and next_at <= now() limit 1
        ) as due on true
      ), free as materialized (
        select url from sync_images
        where url = any(array(select url from wanted where due_alt <> alt)) for update skip locked
      ), retold as (
        update sync_images as known set alt = wanted.alt from wanted
        where known.url = any(array(select url from free)) and known.url = wanted.url collate "C"
      )
      insert into sync_images as known (url, alt)
      select url, alt from wanted where due_alt is null order by url
      on conflict (url) do update set alt = excluded.alt, next_at = now() where known.next_at > now()`,
    values: [textArray(urls), textArray(alts)],
  }
}

/** Removes pictures that no record names any more; their contents are left to the purge. */
export function forgetStatement(urls: readonly string[]): Statement {
  return {
    name: 'sync_images_forget',
    text: 'delete from sync_images where url = any($1::text[])',
    values: [urls],
  }
}

/**
 * Claims due pictures, longest due first (index sync_images_due), and those that a dead turn of the same run left behind
 * (sync_images_claimed). Locks them for the moment of claiming; skips what others are claiming.
 */
export function claimStatement(options: {
  claim: string
  runId: string
  limit: number
  leaseSeconds: number
}): Statement<ClaimedImage> {
  return {
    name: 'sync_images_claim',
    text: `with left_behind as materialized (
        select url from sync_images where claimed_by = $2 order by url limit $3 for update skip locked
      ), due as materialized (
        select url from sync_images where next_at <= now() and claimed_by is distinct from $2
        order by next_at limit $3 for update skip locked
      ), chosen as (select url from left_behind union all select url from due limit $3)
      update sync_images as image set claim = $1, claimed_by = $2,
        claim_until = now() + make_interval(secs => $4), next_at = now() + make_interval(secs => $4)
      from chosen where image.url = chosen.url
      returning image.url, image.sha256, image.etag, image.last_modified as "lastModified",
        image.fail_count as "failCount"`,
    values: [options.claim, options.runId, options.limit, options.leaseSeconds],
  }
}

/** How many pictures are due, and how many of them were never found. */
export function countDueStatement(): Statement<{ due: number; unknown: number }> {
  return {
    name: 'sync_images_count_due',
    text: `select count(*) as due, count(*) filter (where sha256 is null) as unknown
      from sync_images where next_at <= now()`,
  }
}

/** Whether a content is stored, and whether its files are being deleted. */
export function knownContentStatement(sha256: Buffer): Statement<{ isRemoving: boolean }> {
  return {
    name: 'sync_images_known_content',
    text: 'select removing_at is not null as "isRemoving" from sync_image_contents where sha256 = $1',
    values: [sha256],
  }
}

/** Notes contents whose files are stored, and takes back from the orphans those that are referred to again. */
export function keepContentsStatement(rows: readonly ContentRow[]): Statement {
  return {
    name: 'sync_images_keep_contents',
    text: `insert into sync_image_contents as content (sha256, width, height, forms, bytes)
      select sha256, width, height, forms::jsonb, bytes
      from unnest($1::bytea[], $2::int[], $3::int[], $4::text[], $5::bigint[]) as kept (sha256, width, height, forms, bytes)
      order by sha256
      on conflict (sha256) do nothing`,
    values: [
      rows.map((row) => row.sha256),
      rows.map((row) => row.width),
      rows.map((row) => row.height),
      rows.map((row) => JSON.stringify(row.forms)),
      rows.map((row) => row.bytes),
    ],
  }
}

/**
 * Locks the contents that are about to be referred to and takes them back from the orphans. Those whose files are being
 * deleted are not returned: nobody may refer to them.
 */
export function holdContentsStatement(hashes: readonly Buffer[]): Statement<{ sha256: Buffer }> {
  return {
    name: 'sync_images_hold_contents',
    text: `with held as materialized (
        select sha256 from sync_image_contents
        where sha256 = any($1::bytea[]) and removing_at is null order by sha256 for update
      ), taken_back as (
        update sync_image_contents as content set orphaned_at = null from held
        where content.sha256 = held.sha256 and content.orphaned_at is not null
      ) select sha256 from held`,
    values: [hashes],
  }
}

/** Locks what is left of a claim in order of addresses, as pages lock when they mark pictures: no circle of waiting. */
export function lockClaimedStatement(claim: string, urls: readonly string[]): Statement {
  return {
    name: 'sync_images_lock_claimed',
    text: 'select url from sync_images where url = any($2::text[]) and claim = $1 order by url for update',
    values: [claim, urls],
  }
}

/**
 * Writes the outcomes of one claim; rows that somebody else has claimed since stay his. A wish that came in while the
 * picture was fetched is kept: its `next_at` differs from the claim's.
 */
export function keepImagesStatement(claim: string, outcomes: readonly ImageOutcome[]): Statement {
  return {
    name: 'sync_images_keep',
    text: `update sync_images as image set
        sha256 = coalesce(kept.sha256, image.sha256),
        etag = case when kept.error_code is null then kept.etag else image.etag end,
        last_modified = case when kept.error_code is null then kept.last_modified else image.last_modified end,
        fail_count = case when kept.error_code is null then 0 else image.fail_count + 1 end,
        state = case when kept.error_code is null then 'mirrored'
          when image.fail_count + 1 >= ${BROKEN_AFTER} then 'broken' else image.state end,
        error_code = kept.error_code, error_detail = kept.error_detail, checked_at = now(),
        next_at = case when image.next_at = image.claim_until
          then now() + make_interval(secs => kept.after_seconds * (1 + random() * ${SPREAD})) else image.next_at end,
        claim = null, claimed_by = null, claim_until = null
      from unnest($2::text[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::text[], $8::float8[])
        as kept (url, sha256, etag, last_modified, error_code, error_detail, after_seconds)
      where image.url = kept.url and image.claim = $1`,
    values: [
      claim,
      outcomes.map((outcome) => outcome.url),
      outcomes.map((outcome) => outcome.sha256),
      outcomes.map((outcome) => outcome.etag),
      outcomes.map((outcome) => outcome.lastModified),
      outcomes.map((outcome) => outcome.error?.code ?? null),
      outcomes.map((outcome) => outcome.error?.detail ?? null),
      outcomes.map((outcome) => outcome.afterSeconds),
    ],
  }
}

/** Gives claimed pictures back without an outcome, to be looked at after some seconds. */
export function releaseStatement(
  claim: string,
  urls: readonly string[],
  afterSeconds: readonly number[],
): Statement {
  return {
    name: 'sync_images_release',
    text: `update sync_images as image set claim = null, claimed_by = null, claim_until = null,
        next_at = case when image.next_at = image.claim_until
          then now() + make_interval(secs => back.after_seconds) else image.next_at end
      from unnest($2::text[], $3::float8[]) as back (url, after_seconds)
      where image.url = back.url and image.claim = $1`,
    values: [claim, urls, afterSeconds],
  }
}
