import type { Statement, Tx } from '#platform/database.ts'
import type { SharedCredentialView } from '../shared-stock-view.ts'

/** What became of a credential, as its record of changes names it. */
export type CredentialAction = 'ADDED' | 'ROTATED' | 'ACTIVE' | 'PAUSED' | 'RETIRED' | 'END_SET'

/** A SKU as far as shared stock cares. */
export type SharedSku = { id: string; delivery_kind: string; stock_mode: 'unique' | 'shared' }

/**
 * The SKU of this code, kept as it is until the transaction ends. Uses skus_code; locks the SKU against every row that
 * names it: an import of units that is not committed yet would go unseen otherwise.
 */
export async function findSkuForSharing(tx: Tx, code: string): Promise<SharedSku | undefined> {
  const [sku] = await tx.rows<SharedSku>({
    text: `select s.id, p.delivery_kind, s.stock_mode from skus s join products p on p.id = s.product_id
      where s.code = $1 for update of s`,
    values: [code],
  })
  return sku
}

/**
 * Lets a SKU sell seats for `days` each, or without end; false while its own units wait on the shelf or are held.
 * Uses stock_units_free.
 */
export async function makeShared(tx: Tx, skuId: string, days: number | null): Promise<boolean> {
  const changed = await tx.count({
    text: `update skus s set stock_mode = 'shared', seat_days = $2, updated_at = now()
      where s.id = $1 and not exists (
        select 1 from stock_units u where u.sku_id = s.id and u.state in ('AVAILABLE', 'RESERVED'))`,
    values: [skuId, days],
  })
  return changed === 1
}

/** Stores a sealed credential with all its seats free. `shared_credentials_fingerprint` refuses the same secret twice. */
export async function insertCredential(
  tx: Tx,
  credential: {
    id: string
    skuId: string
    label: string
    seats: number
    fingerprint: Buffer
    sealed: Buffer
    keyId: string
    expiresAt: Date | null
  },
): Promise<void> {
  await tx.count({
    text: `with added as (
        insert into shared_credentials (id, sku_id, label, seats, fingerprint, sealed, key_id, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8))
      insert into shared_seats (credential_id, number, sku_id) select $1, n, $2 from generate_series(1, $4) n`,
    values: [
      credential.id,
      credential.skuId,
      credential.label,
      credential.seats,
      credential.fingerprint,
      credential.sealed,
      credential.keyId,
      credential.expiresAt,
    ],
  })
}

/** A credential as rotation finds it. */
export type CredentialRow = { id: string; sku_id: string; version: number; fingerprint: Buffer }

/** The credential, locked against sales of its seats and other changes until the transaction ends. */
export async function lockCredential(tx: Tx, id: string): Promise<CredentialRow | undefined> {
  const [row] = await tx.rows<CredentialRow>({
    text: 'select id, sku_id, version, fingerprint from shared_credentials where id = $1 for no key update',
    values: [id],
  })
  return row
}

/** Puts a new sealed secret in the place of the old one. */
export async function replaceSecret(
  tx: Tx,
  id: string,
  secret: { fingerprint: Buffer; sealed: Buffer; keyId: string; version: number },
): Promise<void> {
  await tx.count({
    text: `update shared_credentials
      set fingerprint = $2, sealed = $3, key_id = $4, version = $5, rotated_at = now(), updated_at = now() where id = $1`,
    values: [id, secret.fingerprint, secret.sealed, secret.keyId, secret.version],
  })
}

/** Moves a credential to a state; false when it is there already. The caller holds its lock. */
export async function setState(tx: Tx, id: string, state: 'ACTIVE' | 'PAUSED' | 'RETIRED'): Promise<boolean> {
  const changed = await tx.count({
    text: `update shared_credentials set state = $2, updated_at = now() where id = $1 and state <> $2`,
    values: [id, state],
  })
  return changed === 1
}

/** Moves the end of a credential; false when it ends then already. The caller holds its lock. */
export async function setEnd(tx: Tx, id: string, expiresAt: Date | null): Promise<boolean> {
  const changed = await tx.count({
    text: `update shared_credentials set expires_at = $2, updated_at = now()
      where id = $1 and expires_at is distinct from $2`,
    values: [id, expiresAt],
  })
  return changed === 1
}

/** Sold seats that last longer than their credential, those without end too. Uses shared_seats_pkey. */
export async function countOutlasting(tx: Tx, id: string): Promise<number> {
  const { seats } = await tx.one<{ seats: number }>({
    text: `select count(*) as seats from shared_seats s join shared_credentials c on c.id = s.credential_id
      where s.credential_id = $1 and s.state = 'SOLD' and c.expires_at is not null
        and (s.expires_at is null or (s.expires_at > now() and s.expires_at > c.expires_at))`,
    values: [id],
  })
  return seats
}

/** Writes down who did what. */
export async function insertChange(
  tx: Tx,
  change: {
    id: string
    credentialId: string
    action: CredentialAction
    version: number
    told?: number
    actor: string
  },
): Promise<void> {
  await tx.count({
    text: `insert into credential_changes (id, credential_id, action, version, told, actor)
      values ($1, $2, $3, $4, $5, $6)`,
    values: [change.id, change.credentialId, change.action, change.version, change.told ?? 0, change.actor],
  })
}

/** Credentials without their secrets, of one SKU or one id or all, by SKU and in the order they were added. */
export function credentialsStatement(wanted: { sku?: string; id?: string }): Statement<SharedCredentialView> {
  return {
    text: `select c.id, k.code as sku, c.label, c.state, c.seats, c.version,
        seat.taken::int as taken, seat.held::int as held,
        to_char(c.rotated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "rotatedAt",
        to_char(c.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "expiresAt"
      from shared_credentials c
      join skus k on k.id = c.sku_id
      cross join lateral (
        select count(*) filter (where s.state = 'SOLD') as taken, count(*) filter (where s.state = 'HELD') as held
        from shared_seats s
        where s.credential_id = c.id and not seat_is_free(s.state, s.held_until, s.expires_at)) seat
      where ($1::text is null or k.code = $1) and ($2::uuid is null or c.id = $2)
      order by k.code, c.id`,
    values: [wanted.sku ?? null, wanted.id ?? null],
  }
}
