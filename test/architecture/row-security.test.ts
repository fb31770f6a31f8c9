import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase, type Database } from '../../src/platform/database.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../support/test-database.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase(1)
})
afterAll(() => database.drop())

const names = async (text: string): Promise<string[]> =>
  (await queryAs<{ name: string }>(database.url, text)).map((row) => row.name)

describe('the catalogue', () => {
  test('every table has row security enabled and forced', async () => {
    const open = await names(`select c.relname as name from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'schema_migrations'
        and not (c.relrowsecurity and c.relforcerowsecurity)`)
    expect(open, 'call lapak_protect(table) in its migration').toEqual([])
  })

  test('application roles can neither bypass row security nor make roles', async () => {
    const strong = await names(`select rolname as name from pg_roles
      where rolname like 'lapak\\_%' and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolcanlogin or rolreplication)`)
    expect(strong).toEqual([])
  })

  test('application roles are members of no other role', async () => {
    const members =
      await names(`select member::regrole || ' in ' || roleid::regrole as name from pg_auth_members
      where member::regrole::text in ('lapak_web', 'lapak_worker', 'lapak_vault')`)
    expect(members).toEqual([])
  })

  test('definer functions name their search path, with the temporary schema last', async () => {
    const loose = await names(`select p.proname as name from pg_proc p
      where p.prosecdef and p.pronamespace = 'public'::regnamespace
        and not exists (select 1 from unnest(coalesce(p.proconfig, '{}')) s where s ~ '^search_path=.*pg_temp"?$')`)
    expect(loose, 'an unnamed pg_temp is searched first: a temporary table would stand in for ours').toEqual(
      [],
    )
  })

  test('definer functions are not for everybody', async () => {
    const open = await names(`select p.proname as name from pg_proc p,
        aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
      where p.prosecdef and p.pronamespace = 'public'::regnamespace and a.grantee = 0 and p.prorettype <> 'trigger'::regtype`)
    expect(open, 'revoke all on function … from public').toEqual([])
  })

  test('views see with the rights of who asks', async () => {
    const loose = await names(`select relname as name from pg_class
      where relkind in ('v', 'm') and relnamespace = 'public'::regnamespace
        and not coalesce('security_invoker=true' = any (reloptions), false)`)
    expect(loose).toEqual([])
  })

  test('policies look owners up, never compare with a column of their own table to itself', async () => {
    const always = await names(`select tablename || '.' || policyname as name from pg_policies
      where schemaname = 'public' and 'lapak_web' = any (roles) and cmd in ('SELECT', 'ALL') and qual = 'true'
        and tablename in ('orders', 'order_lines', 'order_history', 'payments', 'refunds', 'deliveries', 'supplier_purchases', 'payment_exceptions')`)
    expect(always).toEqual([])
  })
})

describe('rights', () => {
  const hidden: { role: string; table: string; column: string }[] = [
    { role: 'lapak_web', table: 'sku_prices', column: 'cost' },
    { role: 'lapak_web', table: 'sku_prices', column: 'floor' },
    { role: 'lapak_web', table: 'sku_prices', column: 'trace' },
    { role: 'lapak_web', table: 'supplier_offers', column: 'cost' },
    { role: 'lapak_web', table: 'supplier_purchases', column: 'price' },
    { role: 'lapak_web', table: 'stock_units', column: 'sealed' },
    { role: 'lapak_web', table: 'stock_units', column: 'fingerprint' },
    { role: 'lapak_worker', table: 'stock_units', column: 'sealed' },
    { role: 'lapak_web', table: 'deliveries', column: 'sealed' },
    { role: 'lapak_worker', table: 'deliveries', column: 'sealed' },
    { role: 'lapak_web', table: 'provider_accounts', column: 'sealed' },
    { role: 'lapak_worker', table: 'provider_accounts', column: 'sealed' },
    { role: 'lapak_web', table: 'invites', column: 'email' },
    { role: 'lapak_vault', table: 'sku_prices', column: 'cost' },
    { role: 'lapak_vault', table: 'orders', column: 'customer_email' },
  ]

  test.each(hidden)('$role cannot read $table.$column', async ({ role, table, column }) => {
    const [row] = await queryAs<{ may: boolean }>(
      database.url,
      'select has_column_privilege($1, $2, $3, $4) as may',
      [role, table, column, 'select'],
    )
    expect(row?.may).toBe(false)
  })

  const books = ['accounts', 'journals', 'transfers'].flatMap((table) =>
    ['lapak_web', 'lapak_worker', 'lapak_vault'].map((role) => ({ role, table })),
  )

  test.each(books)('$role cannot write $table', async ({ role, table }) => {
    const rights =
      await names(`select right_name as name from unnest(array['insert', 'update', 'delete', 'truncate']) right_name
      where has_table_privilege('${role}', '${table}', right_name)
        or (right_name in ('insert', 'update') and has_any_column_privilege('${role}', '${table}', right_name))`)
    expect(rights).toEqual([])
  })

  test.each(['order_history', 'payment_history', 'purchase_history', 'invite_history', 'reveals'])(
    'nobody rewrites %s',
    async (table) => {
      const rights = await names(`select role || ' ' || right_name as name
      from unnest(array['lapak_web', 'lapak_worker', 'lapak_vault']) role, unnest(array['update', 'delete', 'truncate']) right_name
      where has_table_privilege(role, '${table}', right_name)`)
      expect(rights).toEqual([])
    },
  )

  test('application roles cannot create anything', async () => {
    const makers =
      await names(`select role as name from unnest(array['lapak_web', 'lapak_worker', 'lapak_vault']) role
      where has_schema_privilege(role, 'public', 'create')`)
    expect(makers).toEqual([])
  })
})

describe('a guest', () => {
  const buyers = ['A', 'B'].map((name) => ({
    name,
    number: `LP-${name.repeat(10)}`,
    tokenHash: createHash('sha256').update(name).digest(),
  }))
  let single: Database

  beforeAll(async () => {
    for (const buyer of buyers) {
      await queryAs(
        database.url,
        `insert into orders (id, number, token_hash, state, customer_name, customer_email, customer_phone,
          subtotal, total, payment_method, expires_at)
        values ($1, $2, $3, 'PENDING', 'Budi', 'budi@example.test', '0812', 1000, 1000, 'midtrans', now() + interval '1 hour')`,
        [randomUUID(), buyer.number, buyer.tokenHash],
      )
    }
    single = openDatabase({ url: database.url, connections: 1 })
  })
  afterAll(() => single.close())

  const seen = async (tokenHash?: Buffer): Promise<string[]> => {
    const rows = await single.once<{ number: string }>(
      'test.orders',
      { role: 'web', ...(tokenHash && { tokenHash }) },
      {
        name: 'test_orders',
        text: 'select number from orders order by number',
      },
    )
    return rows.map((row) => row.number)
  }

  test('without a token sees no order', async () => {
    expect(await seen()).toEqual([])
  })

  test('with a token that fits nothing sees no order', async () => {
    expect(await seen(createHash('sha256').update('C').digest())).toEqual([])
  })

  test('sees the own order and not the neighbour’s, on one connection, 300 times in turn', async () => {
    const wanted = Array.from({ length: 300 }, (_, turn) => [buyers[0], undefined, buyers[1]][turn % 3])
    for (const buyer of wanted) expect(await seen(buyer?.tokenHash)).toEqual(buyer ? [buyer.number] : [])
  })

  test('cannot change an order, not even the own one: moves are made by use cases of the shop', async () => {
    for (const buyer of buyers) {
      const update = single.once(
        'test.change',
        { role: 'web', tokenHash: buyer.tokenHash },
        {
          text: "update orders set state = 'CANCELLED' where number = $1 returning id",
          values: [buyer.number],
        },
      )
      await expect(update).rejects.toMatchObject({ code: '42501' })
    }
  })

  test('cannot create an order under another token', async () => {
    const [mine, other] = buyers
    const insert = single.once(
      'test.forge',
      { role: 'web', tokenHash: mine?.tokenHash ?? Buffer.alloc(32) },
      {
        text: `insert into orders (id, number, token_hash, state, customer_name, customer_email, customer_phone, subtotal, total,
        payment_method, expires_at) values ($1, 'LP-FORGED', $2, 'PENDING', 'x', 'x', 'x', 1, 1, 'midtrans', now())`,
        values: [
          randomUUID(),
          createHash('sha256')
            .update(other?.name ?? '')
            .update('!')
            .digest(),
        ],
      },
    )
    await expect(insert).rejects.toMatchObject({ code: '42501' })
  })

  test.each(['given_back', 'returned_outside', 'corrections'])(
    'cannot place a line that says anything in %s yet',
    async (column) => {
      const [mine] = buyers
      const insert = single.once(
        'test.forge',
        { role: 'web', tokenHash: mine?.tokenHash ?? Buffer.alloc(32) },
        {
          text: `insert into order_lines (id, order_id, position, sku_id, product_id, sku_code, sku_name, product_name,
            product_slug, delivery_kind, quantity, unit_price, total, state, ${column})
          select $1, id, 1, id, id, 'X', 'x', 'x', 'x', 'STOCK', 1, 1000, 1000, 'WAITING', 1 from orders`,
          values: [randomUUID()],
        },
      )
      await expect(insert).rejects.toMatchObject({ code: '42501' })
    },
  )

  test('leaves no trace of role or token on the connection', async () => {
    await seen(buyers[0]?.tokenHash)
    const [left] = await single.once<{ token: string }>(
      'test.trace',
      { role: 'web' },
      {
        text: "select coalesce(current_setting('lapak.token_hash', true), '') as token",
      },
    )
    expect(left?.token).toBe('')
  })
})
