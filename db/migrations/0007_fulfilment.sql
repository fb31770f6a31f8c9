-- why: sealed stock, deliveries, supplier purchases, and the record of every secret that was shown
-- locks: none on existing data

create table stock_batches (
  id uuid primary key,
  sku_id uuid not null references skus,
  label text not null,
  imported integer not null default 0,
  duplicates integer not null default 0,
  rejected integer not null default 0,
  actor text not null,
  created_at timestamptz not null default now()
);
call lapak_protect('stock_batches');
grant select, insert, update on stock_batches to lapak_worker;

create table stock_units (
  id uuid primary key,
  sku_id uuid not null references skus,
  batch_id uuid not null references stock_batches,
  state text not null default 'AVAILABLE' check (state in ('AVAILABLE', 'RESERVED', 'SOLD', 'VOID')),
  line_id uuid references order_lines,
  reserved_until timestamptz,
  fingerprint bytea not null,
  sealed bytea not null,
  key_id text not null,
  created_at timestamptz not null default now(),
  sold_at timestamptz,
  constraint stock_units_fingerprint unique (sku_id, fingerprint),
  constraint stock_units_claim check ((state in ('RESERVED', 'SOLD')) = (line_id is not null)),
  constraint stock_units_hold check ((state = 'RESERVED') = (reserved_until is not null))
);
create index stock_units_free on stock_units (sku_id, id) where state in ('AVAILABLE', 'RESERVED');
create index stock_units_line on stock_units (line_id) where line_id is not null;
create index stock_units_key on stock_units (key_id);
call lapak_protect('stock_units');
create policy stock_units_count on stock_units for select to lapak_web using (true);
-- A request may hold free units for its own order, nothing else.
create policy stock_units_hold on stock_units for update to lapak_web
  using (state = 'AVAILABLE' or (state = 'RESERVED' and reserved_until < now()))
  with check (state = 'RESERVED' and exists (
    select 1 from order_lines l join orders o on o.id = l.order_id
    where l.id = line_id and o.token_hash = lapak_token_hash()));
create policy stock_units_reveal on stock_units for select to lapak_vault
  using (state = 'SOLD' and exists (
    select 1 from order_lines l join orders o on o.id = l.order_id
    where l.id = line_id and o.token_hash = lapak_token_hash()));
grant select (id, sku_id, batch_id, state, line_id, reserved_until) on stock_units to lapak_web;
grant update (state, line_id, reserved_until) on stock_units to lapak_web;
grant select (id, sku_id, batch_id, state, line_id, reserved_until, fingerprint, key_id, created_at, sold_at) on stock_units to lapak_worker;
grant insert on stock_units to lapak_worker;
grant update (state, line_id, reserved_until, sold_at) on stock_units to lapak_worker;
grant select on stock_units to lapak_vault;

-- Claims units for lines, all or nothing; answers the SKUs that are short (none = claimed). Pass 1 skips units that
-- others hold and never waits. A unit that is skipped may come back when its holder rolls back, so pass 2 waits for
-- the holders before it says "short". Each pass is a subtransaction: a partial claim leaves neither rows nor locks.
-- Locks: units of a SKU in id order, SKUs in id order; pass 2 also one advisory lock per SKU, so that those who wait
-- stand in one line. Uses stock_units_free.
create function claim_stock(p_line_ids uuid[], p_sku_ids uuid[], p_quantities integer[], p_hold_minutes integer)
  returns uuid[] language plpgsql set search_path = pg_catalog, public as $$
declare
  v_total integer := (select sum(q) from unnest(p_quantities) q);
  v_units uuid[] := '{}';
  v_found uuid[];
  v_short uuid[] := '{}';
  v_need record;
begin
  begin
    select array_agg(unit.id) into v_units
    from (
      select n.sku_id, sum(n.quantity)::integer as quantity
      from unnest(p_sku_ids, p_quantities) n (sku_id, quantity) group by n.sku_id order by n.sku_id
    ) need
    cross join lateral (
      select u.id from stock_units u
      where u.sku_id = need.sku_id
        and (u.state = 'AVAILABLE' or (u.state = 'RESERVED' and u.reserved_until < now()))
      order by u.id limit need.quantity for update skip locked
    ) unit;
    if coalesce(cardinality(v_units), 0) < v_total then raise exception using errcode = 'LP010'; end if;
    perform hold_stock(v_units, p_line_ids, p_sku_ids, p_quantities, p_hold_minutes);
    return '{}';
  exception when sqlstate 'LP010' then v_units := '{}';
  end;
  begin
    for v_need in
      select n.sku_id, sum(n.quantity)::integer as quantity
      from unnest(p_sku_ids, p_quantities) n (sku_id, quantity) group by n.sku_id order by n.sku_id
    loop
      perform pg_advisory_xact_lock(hashtextextended(v_need.sku_id::text, 42));
      select array_agg(unit.id) into v_found from (
        select u.id from stock_units u
        where u.sku_id = v_need.sku_id
          and (u.state = 'AVAILABLE' or (u.state = 'RESERVED' and u.reserved_until < now()))
        order by u.id limit v_need.quantity for update
      ) unit;
      if coalesce(cardinality(v_found), 0) < v_need.quantity then v_short := v_short || v_need.sku_id; end if;
      v_units := v_units || coalesce(v_found, '{}');
    end loop;
    if cardinality(v_short) > 0 then raise exception using errcode = 'LP010'; end if;
    perform hold_stock(v_units, p_line_ids, p_sku_ids, p_quantities, p_hold_minutes);
  exception when sqlstate 'LP010' then null;
  end;
  return v_short;
end $$;

-- Deals locked units out to the lines that need their SKU, in the order of the lines.
create function hold_stock(p_units uuid[], p_line_ids uuid[], p_sku_ids uuid[], p_quantities integer[], p_hold_minutes integer)
  returns void language sql set search_path = pg_catalog, public as $$
  with line as (
    select n.line_id, n.sku_id, n.quantity,
      sum(n.quantity) over (partition by n.sku_id order by n.position) as upto
    from unnest(p_line_ids, p_sku_ids, p_quantities) with ordinality n (line_id, sku_id, quantity, position)
  ), unit as (
    select u.id, u.sku_id, row_number() over (partition by u.sku_id order by u.id) as turn
    from stock_units u where u.id = any (p_units)
  )
  update stock_units s
  set state = 'RESERVED', line_id = l.line_id, reserved_until = now() + make_interval(mins => p_hold_minutes)
  from unit join line l on l.sku_id = unit.sku_id and unit.turn > l.upto - l.quantity and unit.turn <= l.upto
  where s.id = unit.id
$$;

create table supplier_purchases (
  id uuid primary key,
  line_id uuid not null references order_lines,
  slot smallint not null check (slot >= 1),
  attempt smallint not null default 1,
  supplier text not null,
  offer_id uuid not null references supplier_offers,
  service_code text not null,
  expected_name text not null,
  target_no text not null,
  target_zone text not null default '',
  expected_cost bigint not null check (expected_cost > 0),
  state text not null check (state in
    ('INTENT', 'IN_FLIGHT', 'UNKNOWN', 'ACCEPTED', 'SUCCEEDED', 'FAILED', 'REFUSED', 'NOT_PLACED', 'MANUAL')),
  supplier_ref text,
  price bigint check (price >= 0),
  balance_before bigint,
  balance_at timestamptz,
  failure_code text,
  failure_text text,
  fence integer not null default 0,
  send_after timestamptz not null default now(),
  sent_at timestamptz,
  unknown_since timestamptz,
  next_check_at timestamptz,
  checks integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint supplier_purchases_attempt unique (line_id, slot, attempt),
  constraint supplier_purchases_ref unique (supplier, supplier_ref)
);
create unique index supplier_purchases_one_open on supplier_purchases (line_id, slot)
  where state in ('INTENT', 'IN_FLIGHT', 'UNKNOWN', 'ACCEPTED', 'MANUAL', 'SUCCEEDED');
create unique index supplier_purchases_one_in_doubt on supplier_purchases (supplier, service_code, target_no, target_zone)
  where state in ('IN_FLIGHT', 'UNKNOWN') or (state = 'MANUAL' and supplier_ref is null);
create index supplier_purchases_waiting on supplier_purchases (supplier, service_code, target_no, target_zone, id)
  where state = 'INTENT';
create index supplier_purchases_due on supplier_purchases (next_check_at) where next_check_at is not null;
create index supplier_purchases_sent on supplier_purchases (supplier, sent_at) where sent_at is not null;
create index supplier_purchases_line on supplier_purchases (line_id);
call lapak_protect('supplier_purchases');
grant select, insert, update on supplier_purchases to lapak_worker;

create table purchase_history (
  id uuid primary key,
  purchase_id uuid not null references supplier_purchases,
  from_state text not null,
  to_state text not null,
  reason text,
  at timestamptz not null default now()
);
create index purchase_history_purchase on purchase_history (purchase_id, at, id);
call lapak_protect('purchase_history');
grant select, insert on purchase_history to lapak_worker;

-- What the buyer received for one unit of a line. STOCK points at the unit; other kinds carry a sealed text.
create table deliveries (
  id uuid primary key,
  line_id uuid not null references order_lines,
  slot smallint not null check (slot >= 1),
  kind text not null check (kind in ('CODE', 'SERIAL', 'INVITE')),
  stock_unit_id uuid constraint deliveries_unit unique references stock_units,
  purchase_id uuid constraint deliveries_purchase unique references supplier_purchases,
  sealed bytea,
  key_id text,
  delivered_at timestamptz not null default now(),
  constraint deliveries_slot unique (line_id, slot),
  constraint deliveries_content check ((stock_unit_id is null) = (sealed is not null))
);
call lapak_protect('deliveries');
create policy deliveries_reveal on deliveries for select to lapak_vault
  using (exists (select 1 from order_lines l join orders o on o.id = l.order_id
    where l.id = line_id and o.token_hash = lapak_token_hash()));
create policy deliveries_guest on deliveries for select to lapak_web
  using (exists (select 1 from order_lines l join orders o on o.id = l.order_id
    where l.id = line_id and o.token_hash = lapak_token_hash()));
grant select (id, line_id, slot, kind, stock_unit_id, purchase_id, key_id, delivered_at) on deliveries to lapak_web, lapak_worker;
grant insert on deliveries to lapak_worker;
grant select on deliveries to lapak_vault;

-- Changing the wrapping key of sealed records: only inside a transaction that says so, only these two columns.
create function lapak_rewraps() returns boolean language sql stable
  as $$ select current_setting('lapak.rewrap', true) = 'on' $$;
create policy stock_units_rewrap on stock_units to lapak_vault using (lapak_rewraps()) with check (lapak_rewraps());
create policy deliveries_rewrap on deliveries to lapak_vault using (lapak_rewraps()) with check (lapak_rewraps());
grant update (sealed, key_id) on stock_units, deliveries to lapak_vault;
create index deliveries_key on deliveries (key_id) where key_id is not null;

create policy orders_vault on orders for select to lapak_vault using (token_hash = lapak_token_hash());
create policy order_lines_vault on order_lines for select to lapak_vault
  using (exists (select 1 from orders o where o.id = order_id and o.token_hash = lapak_token_hash()));
grant select (id, number, token_hash, state) on orders to lapak_vault;
grant select (id, order_id, position, delivery_kind, state) on order_lines to lapak_vault;

create table reveals (
  id uuid primary key,
  line_id uuid not null references order_lines,
  actor text not null,
  units integer not null,
  at timestamptz not null default now()
);
create index reveals_line on reveals (line_id, at);
call lapak_protect('reveals');
create policy reveals_record on reveals to lapak_vault using (true) with check (true);
grant select, insert on reveals to lapak_vault;
grant select on reveals to lapak_worker;

insert into order_transitions (subject, from_state, to_state) values
  ('purchase', 'NEW', 'INTENT'), ('purchase', 'INTENT', 'IN_FLIGHT'), ('purchase', 'INTENT', 'NOT_PLACED'),
  ('purchase', 'INTENT', 'REFUSED'),
  ('purchase', 'IN_FLIGHT', 'ACCEPTED'), ('purchase', 'IN_FLIGHT', 'SUCCEEDED'), ('purchase', 'IN_FLIGHT', 'FAILED'),
  ('purchase', 'IN_FLIGHT', 'REFUSED'), ('purchase', 'IN_FLIGHT', 'UNKNOWN'), ('purchase', 'IN_FLIGHT', 'NOT_PLACED'),
  ('purchase', 'UNKNOWN', 'ACCEPTED'), ('purchase', 'UNKNOWN', 'SUCCEEDED'), ('purchase', 'UNKNOWN', 'FAILED'),
  ('purchase', 'UNKNOWN', 'NOT_PLACED'), ('purchase', 'UNKNOWN', 'MANUAL'),
  ('purchase', 'ACCEPTED', 'SUCCEEDED'), ('purchase', 'ACCEPTED', 'FAILED'), ('purchase', 'ACCEPTED', 'MANUAL'),
  ('purchase', 'MANUAL', 'ACCEPTED'), ('purchase', 'MANUAL', 'SUCCEEDED'), ('purchase', 'MANUAL', 'FAILED'),
  ('purchase', 'MANUAL', 'NOT_PLACED');
