-- The schema after all migrations, for reading: what is, where db/migrations says how it came to be.
-- Written by `node tools/dump-schema.ts <database url> --write`; a test compares it with the migrations.

-- functions

CREATE OR REPLACE FUNCTION claim_stock(p_line_ids uuid[], p_sku_ids uuid[], p_quantities integer[], p_hold_minutes integer)
 RETURNS uuid[]
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
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
end $function$
;
grant execute on function claim_stock(p_line_ids uuid[], p_sku_ids uuid[], p_quantities integer[], p_hold_minutes integer) to public;

CREATE OR REPLACE FUNCTION hold_stock(p_units uuid[], p_line_ids uuid[], p_sku_ids uuid[], p_quantities integer[], p_hold_minutes integer)
 RETURNS void
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
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
$function$
;
grant execute on function hold_stock(p_units uuid[], p_line_ids uuid[], p_sku_ids uuid[], p_quantities integer[], p_hold_minutes integer) to public;

CREATE OR REPLACE FUNCTION lapak_append_only()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception '% on % is not allowed: the books are append-only', tg_op, tg_table_name using errcode = '42501';
end $function$
;
grant execute on function lapak_append_only() to public;

CREATE OR REPLACE PROCEDURE lapak_protect(IN name text)
 LANGUAGE plpgsql
AS $procedure$
begin
  execute format('alter table %I enable row level security', name);
  execute format('alter table %I force row level security', name);
  execute format('create policy %I on %I to lapak_owner, lapak_worker using (true) with check (true)', name || '_shop', name);
end $procedure$
;
grant execute on procedure lapak_protect(IN name text) to public;

CREATE OR REPLACE FUNCTION lapak_rewraps()
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$ select current_setting('lapak.rewrap', true) = 'on' $function$
;
grant execute on function lapak_rewraps() to public;

CREATE OR REPLACE FUNCTION lapak_search_products(query tsquery)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 50
 SET search_path TO 'public', 'pg_temp'
AS $function$ select id from products where state = 'active' and search @@ query $function$
;
grant execute on function lapak_search_products(query tsquery) to lapak_web;
grant execute on function lapak_search_products(query tsquery) to lapak_worker;

CREATE OR REPLACE FUNCTION lapak_token_hash()
 RETURNS bytea
 LANGUAGE sql
 STABLE
AS $function$ select decode(nullif(current_setting('lapak.token_hash', true), ''), 'hex') $function$
;
grant execute on function lapak_token_hash() to public;

CREATE OR REPLACE FUNCTION lapak_user_id()
 RETURNS uuid
 LANGUAGE sql
 STABLE
AS $function$ select nullif(current_setting('lapak.user_id', true), '')::uuid $function$
;
grant execute on function lapak_user_id() to public;

CREATE OR REPLACE FUNCTION open_account(p_code text, p_asset text, p_owner uuid, p_floor bigint)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  insert into accounts (code, asset, owner_id, floor) values (p_code, p_asset, p_owner, p_floor)
  on conflict (code) do nothing
$function$
;
grant execute on function open_account(p_code text, p_asset text, p_owner uuid, p_floor bigint) to lapak_worker;

CREATE OR REPLACE FUNCTION post_journal(p_id uuid, p_business_key text, p_kind text, p_reverses uuid, p_transfers jsonb)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  v_fingerprint bytea := sha256(convert_to(p_kind || coalesce(p_reverses::text, '') || p_transfers::text, 'UTF8'));
  v_codes text[];
  v_locked integer;
begin
  insert into journals (id, business_key, kind, fingerprint, reverses)
    values (p_id, p_business_key, p_kind, v_fingerprint, p_reverses)
    on conflict (business_key) do nothing;
  if not found then
    if exists (select 1 from journals where business_key = p_business_key and fingerprint = v_fingerprint) then
      return 'repeated';
    end if;
    raise exception 'business key % was posted with other content', p_business_key using errcode = 'LP001';
  end if;
  if jsonb_array_length(p_transfers) = 0 then
    raise exception 'a journal needs a transfer' using errcode = '23514';
  end if;
  select array_agg(distinct code) into v_codes
    from jsonb_array_elements(p_transfers) t, lateral (values (t ->> 'debit'), (t ->> 'credit')) side (code);
  perform 1 from accounts where code = any (v_codes) order by id for no key update;
  get diagnostics v_locked = row_count;
  if v_locked <> cardinality(v_codes) then
    raise exception 'unknown account among %', v_codes using errcode = 'LP002';
  end if;
  update accounts a set balance = a.balance + moved.delta
    from (
      select side.code, sum(side.delta) as delta
      from jsonb_array_elements(p_transfers) t,
        lateral (values (t ->> 'debit', -(t ->> 'amount')::bigint), (t ->> 'credit', (t ->> 'amount')::bigint)) side (code, delta)
      group by side.code
    ) moved
    where a.code = moved.code;
  insert into transfers (journal_id, position, debit_account_id, credit_account_id, amount)
    select p_id, t.position, d.id, c.id, (t.item ->> 'amount')::bigint
    from jsonb_array_elements(p_transfers) with ordinality t (item, position)
    join accounts d on d.code = t.item ->> 'debit'
    join accounts c on c.code = t.item ->> 'credit' and c.asset = d.asset;
  get diagnostics v_locked = row_count;
  if v_locked <> jsonb_array_length(p_transfers) then
    raise exception 'a transfer names accounts of two assets' using errcode = 'LP003';
  end if;
  return 'posted';
end $function$
;
grant execute on function post_journal(p_id uuid, p_business_key text, p_kind text, p_reverses uuid, p_transfers jsonb) to lapak_worker;

-- tables

create table accounts (
  id uuid default gen_random_uuid() not null,
  code text not null,
  asset text default 'IDR'::text not null,
  owner_id uuid,
  balance bigint default 0 not null,
  floor bigint,
  created_at timestamp with time zone default now() not null,
  constraint accounts_pkey PRIMARY KEY (id),
  constraint accounts_code UNIQUE (code),
  constraint accounts_asset_check CHECK ((asset = ANY (ARRAY['IDR'::text, 'POINT'::text]))),
  constraint accounts_code_check CHECK ((code ~ '^[a-z][a-z0-9:_-]{2,99}$'::text)),
  constraint accounts_floor CHECK (((floor IS NULL) OR (balance >= floor)))
);
CREATE INDEX accounts_owner ON accounts USING btree (owner_id) WHERE (owner_id IS NOT NULL);
alter table accounts enable row level security;
alter table accounts force row level security;
create policy accounts_own on accounts for select to lapak_web using ((owner_id = lapak_user_id()));
create policy accounts_shop on accounts for all to lapak_owner, lapak_worker using (true) with check (true);
grant select on accounts to lapak_web;
grant select on accounts to lapak_worker;

create table cache_tags (
  tag text not null,
  version bigint default 1 not null,
  constraint cache_tags_pkey PRIMARY KEY (tag)
);
alter table cache_tags enable row level security;
alter table cache_tags force row level security;
create policy cache_tags_read on cache_tags for select to lapak_web using (true);
create policy cache_tags_shop on cache_tags for all to lapak_owner, lapak_worker using (true) with check (true);
grant select on cache_tags to lapak_web;
grant insert, select, update on cache_tags to lapak_worker;

create table categories (
  id uuid not null,
  slug text not null,
  name text not null,
  name_en text not null,
  position integer default 0 not null,
  constraint categories_pkey PRIMARY KEY (id),
  constraint categories_slug UNIQUE (slug),
  constraint categories_slug_check CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text))
);
alter table categories enable row level security;
alter table categories force row level security;
create policy categories_public on categories for select to lapak_web using (true);
create policy categories_shop on categories for all to lapak_owner, lapak_worker using (true) with check (true);
grant select on categories to lapak_web;
grant insert, select, update on categories to lapak_worker;

create table custom_prices (
  reseller_id uuid not null,
  feed_product_id uuid not null,
  price bigint not null,
  created_at timestamp with time zone not null,
  created_by text not null,
  updated_at timestamp with time zone not null,
  updated_by text not null,
  removed_at timestamp with time zone,
  constraint custom_prices_pkey PRIMARY KEY (reseller_id, feed_product_id),
  constraint custom_prices_product FOREIGN KEY (feed_product_id) REFERENCES feed_products(id),
  constraint custom_prices_reseller FOREIGN KEY (reseller_id) REFERENCES resellers(id),
  constraint custom_prices_created_by_check CHECK (((length(created_by) >= 1) AND (length(created_by) <= 200))),
  constraint custom_prices_price_check CHECK ((price > 0)),
  constraint custom_prices_updated_by_check CHECK (((length(updated_by) >= 1) AND (length(updated_by) <= 200)))
);
CREATE INDEX custom_prices_product ON custom_prices USING btree (feed_product_id);
alter table custom_prices enable row level security;
alter table custom_prices force row level security;
create policy custom_prices_shop on custom_prices for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on custom_prices to lapak_worker;

create table deliveries (
  id uuid not null,
  line_id uuid not null,
  slot smallint not null,
  kind text not null,
  stock_unit_id uuid,
  purchase_id uuid,
  sealed bytea,
  key_id text,
  delivered_at timestamp with time zone default now() not null,
  constraint deliveries_pkey PRIMARY KEY (id),
  constraint deliveries_purchase UNIQUE (purchase_id),
  constraint deliveries_slot UNIQUE (line_id, slot),
  constraint deliveries_unit UNIQUE (stock_unit_id),
  constraint deliveries_line_id_fkey FOREIGN KEY (line_id) REFERENCES order_lines(id),
  constraint deliveries_purchase_id_fkey FOREIGN KEY (purchase_id) REFERENCES supplier_purchases(id),
  constraint deliveries_stock_unit_id_fkey FOREIGN KEY (stock_unit_id) REFERENCES stock_units(id),
  constraint deliveries_content CHECK (((stock_unit_id IS NULL) = (sealed IS NOT NULL))),
  constraint deliveries_kind_check CHECK ((kind = ANY (ARRAY['CODE'::text, 'SERIAL'::text, 'INVITE'::text]))),
  constraint deliveries_slot_check CHECK ((slot >= 1))
);
CREATE INDEX deliveries_key ON deliveries USING btree (key_id) WHERE (key_id IS NOT NULL);
alter table deliveries enable row level security;
alter table deliveries force row level security;
create policy deliveries_guest on deliveries for select to lapak_web using ((EXISTS ( SELECT 1
   FROM (order_lines l
     JOIN orders o ON ((o.id = l.order_id)))
  WHERE ((l.id = deliveries.line_id) AND (o.token_hash = lapak_token_hash())))));
create policy deliveries_reveal on deliveries for select to lapak_vault using ((EXISTS ( SELECT 1
   FROM (order_lines l
     JOIN orders o ON ((o.id = l.order_id)))
  WHERE ((l.id = deliveries.line_id) AND (o.token_hash = lapak_token_hash())))));
create policy deliveries_rewrap on deliveries for all to lapak_vault using (lapak_rewraps()) with check (lapak_rewraps());
create policy deliveries_shop on deliveries for all to lapak_owner, lapak_worker using (true) with check (true);
grant select on deliveries to lapak_vault;
grant insert on deliveries to lapak_worker;
grant update (sealed, key_id) on deliveries to lapak_vault;
grant select (id, line_id, slot, kind, stock_unit_id, purchase_id, key_id, delivered_at) on deliveries to lapak_web;
grant select (id, line_id, slot, kind, stock_unit_id, purchase_id, key_id, delivered_at) on deliveries to lapak_worker;

create table feed_products (
  id uuid not null,
  external_id text not null,
  name text not null,
  slug text,
  description text default ''::text not null,
  registration_number text,
  price_general bigint,
  price_consultant bigint,
  price_supervisor bigint,
  price_manager bigint,
  price_director bigint,
  picture_url text,
  picture_alt text,
  gone_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint feed_products_pkey PRIMARY KEY (id),
  constraint feed_products_external UNIQUE (external_id),
  constraint feed_products_external_id_check CHECK (((length(external_id) >= 1) AND (length(external_id) <= 200))),
  constraint feed_products_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  constraint feed_products_price_consultant_check CHECK ((price_consultant >= 0)),
  constraint feed_products_price_director_check CHECK ((price_director >= 0)),
  constraint feed_products_price_general_check CHECK ((price_general >= 0)),
  constraint feed_products_price_manager_check CHECK ((price_manager >= 0)),
  constraint feed_products_price_supervisor_check CHECK ((price_supervisor >= 0)),
  constraint feed_products_slug_check CHECK (((length(slug) >= 1) AND (length(slug) <= 200)))
);
alter table feed_products enable row level security;
alter table feed_products force row level security;
create policy feed_products_shop on feed_products for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on feed_products to lapak_worker;

create table idempotency_keys (
  scope text not null,
  key text not null,
  fingerprint bytea not null,
  resource_id uuid not null,
  created_at timestamp with time zone default now() not null,
  constraint idempotency_keys_pkey PRIMARY KEY (scope, key),
  constraint idempotency_keys_fingerprint_check CHECK ((length(fingerprint) = 32)),
  constraint idempotency_keys_key_check CHECK (((length(key) >= 16) AND (length(key) <= 255))),
  constraint idempotency_keys_scope_check CHECK (((length(scope) >= 1) AND (length(scope) <= 200)))
);
CREATE INDEX idempotency_keys_created ON idempotency_keys USING btree (created_at);
alter table idempotency_keys enable row level security;
alter table idempotency_keys force row level security;
create policy idempotency_keys_claim on idempotency_keys for all to lapak_web using (true) with check (true);
create policy idempotency_keys_shop on idempotency_keys for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select on idempotency_keys to lapak_web;
grant delete, insert, select on idempotency_keys to lapak_worker;

create table journals (
  id uuid not null,
  business_key text not null,
  kind text not null,
  fingerprint bytea not null,
  reverses uuid,
  created_at timestamp with time zone default now() not null,
  constraint journals_pkey PRIMARY KEY (id),
  constraint journals_business_key UNIQUE (business_key),
  constraint journals_reverses UNIQUE (reverses),
  constraint journals_reverses_fkey FOREIGN KEY (reverses) REFERENCES journals(id),
  constraint journals_business_key_check CHECK (((length(business_key) >= 3) AND (length(business_key) <= 200))),
  constraint journals_kind_check CHECK (((length(kind) >= 3) AND (length(kind) <= 60)))
);
CREATE TRIGGER journals_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON journals FOR EACH STATEMENT EXECUTE FUNCTION lapak_append_only();
alter table journals enable row level security;
alter table journals force row level security;
create policy journals_shop on journals for all to lapak_owner, lapak_worker using (true) with check (true);
grant select on journals to lapak_worker;

create table key_checks (
  id uuid not null,
  key_id text not null,
  sealed bytea not null,
  created_at timestamp with time zone default now() not null,
  constraint key_checks_pkey PRIMARY KEY (id),
  constraint key_checks_key UNIQUE (key_id)
);
alter table key_checks enable row level security;
alter table key_checks force row level security;
create policy key_checks_shop on key_checks for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select on key_checks to lapak_worker;

create table offer_costs (
  offer_id uuid not null,
  valid_from timestamp with time zone not null,
  cost bigint not null,
  run_id uuid,
  constraint offer_costs_pkey PRIMARY KEY (offer_id, valid_from),
  constraint offer_costs_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES supplier_offers(id),
  constraint offer_costs_cost_check CHECK ((cost > 0))
);
alter table offer_costs enable row level security;
alter table offer_costs force row level security;
create policy offer_costs_shop on offer_costs for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on offer_costs to lapak_worker;

create table order_history (
  id uuid not null,
  order_id uuid not null,
  line_id uuid,
  from_state text not null,
  to_state text not null,
  actor text not null,
  reason text,
  at timestamp with time zone default now() not null,
  constraint order_history_pkey PRIMARY KEY (id),
  constraint order_history_line_id_fkey FOREIGN KEY (line_id) REFERENCES order_lines(id),
  constraint order_history_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id)
);
CREATE INDEX order_history_order ON order_history USING btree (order_id, at, id);
alter table order_history enable row level security;
alter table order_history force row level security;
create policy order_history_guest on order_history for select to lapak_web using ((EXISTS ( SELECT 1
   FROM orders o
  WHERE ((o.id = order_history.order_id) AND (o.token_hash = lapak_token_hash())))));
create policy order_history_place on order_history for insert to lapak_web with check (((line_id IS NULL) AND (from_state = 'NEW'::text) AND (to_state = 'PENDING'::text) AND (EXISTS ( SELECT 1
   FROM orders o
  WHERE ((o.id = order_history.order_id) AND (o.token_hash = lapak_token_hash()))))));
create policy order_history_shop on order_history for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select on order_history to lapak_web;
grant insert, select on order_history to lapak_worker;

create table order_lines (
  id uuid not null,
  order_id uuid not null,
  position smallint not null,
  sku_id uuid not null,
  product_id uuid not null,
  sku_code text not null,
  sku_name text not null,
  product_name text not null,
  product_slug text not null,
  delivery_kind text not null,
  input jsonb default '{}'::jsonb not null,
  input_shown jsonb default '[]'::jsonb not null,
  quantity integer not null,
  unit_price bigint not null,
  total bigint not null,
  state text not null,
  failure text,
  returned_outside bigint default 0 not null,
  updated_at timestamp with time zone default now() not null,
  constraint order_lines_pkey PRIMARY KEY (id),
  constraint order_lines_position UNIQUE (order_id, "position"),
  constraint order_lines_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  constraint order_lines_product_id_fkey FOREIGN KEY (product_id) REFERENCES products(id),
  constraint order_lines_sku_id_fkey FOREIGN KEY (sku_id) REFERENCES skus(id),
  constraint order_lines_delivery_kind_check CHECK ((delivery_kind = ANY (ARRAY['STOCK'::text, 'INVITE'::text, 'SUPPLIER'::text]))),
  constraint order_lines_quantity_check CHECK (((quantity >= 1) AND (quantity <= 100))),
  constraint order_lines_returned_outside_check CHECK ((returned_outside >= 0)),
  constraint order_lines_state_check CHECK ((state = ANY (ARRAY['WAITING'::text, 'PROCESSING'::text, 'DELIVERED'::text, 'FAILED'::text, 'CANCELLED'::text, 'REFUNDED'::text]))),
  constraint order_lines_sum CHECK ((total = (unit_price * quantity))),
  constraint order_lines_unit_price_check CHECK ((unit_price > 0))
);
CREATE INDEX order_lines_open ON order_lines USING btree (state, updated_at) WHERE (state = ANY (ARRAY['WAITING'::text, 'PROCESSING'::text]));
alter table order_lines enable row level security;
alter table order_lines force row level security;
create policy order_lines_guest on order_lines for select to lapak_web using ((EXISTS ( SELECT 1
   FROM orders o
  WHERE ((o.id = order_lines.order_id) AND (o.token_hash = lapak_token_hash())))));
create policy order_lines_place on order_lines for insert to lapak_web with check (((state = 'WAITING'::text) AND (returned_outside = 0) AND (EXISTS ( SELECT 1
   FROM orders o
  WHERE ((o.id = order_lines.order_id) AND (o.token_hash = lapak_token_hash()))))));
create policy order_lines_shop on order_lines for all to lapak_owner, lapak_worker using (true) with check (true);
create policy order_lines_vault on order_lines for select to lapak_vault using ((EXISTS ( SELECT 1
   FROM orders o
  WHERE ((o.id = order_lines.order_id) AND (o.token_hash = lapak_token_hash())))));
grant insert, select on order_lines to lapak_web;
grant insert, select, update on order_lines to lapak_worker;
grant select (id, order_id, position, delivery_kind, state) on order_lines to lapak_vault;

create table order_transitions (
  subject text not null,
  from_state text not null,
  to_state text not null,
  constraint order_transitions_pkey PRIMARY KEY (subject, from_state, to_state),
  constraint order_transitions_subject_check CHECK ((subject = ANY (ARRAY['order'::text, 'line'::text, 'payment'::text, 'purchase'::text])))
);
alter table order_transitions enable row level security;
alter table order_transitions force row level security;
create policy order_transitions_shop on order_transitions for all to lapak_owner, lapak_worker using (true) with check (true);
grant select on order_transitions to lapak_worker;

create table orders (
  id uuid not null,
  number text not null,
  token_hash bytea not null,
  token_version integer default 1 not null,
  state text not null,
  version integer default 1 not null,
  locale text default 'id'::text not null,
  customer_name text not null,
  customer_email text not null,
  customer_phone text not null,
  currency text default 'IDR'::text not null,
  subtotal bigint not null,
  discount bigint default 0 not null,
  fee bigint default 0 not null,
  total bigint not null,
  payment_method text not null,
  return_url text,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone default now() not null,
  paid_at timestamp with time zone,
  closed_at timestamp with time zone,
  updated_at timestamp with time zone default now() not null,
  constraint orders_pkey PRIMARY KEY (id),
  constraint orders_number UNIQUE (number),
  constraint orders_token_hash UNIQUE (token_hash),
  constraint orders_currency_check CHECK ((currency = 'IDR'::text)),
  constraint orders_discount_check CHECK ((discount >= 0)),
  constraint orders_fee_check CHECK ((fee >= 0)),
  constraint orders_locale_check CHECK ((locale = ANY (ARRAY['id'::text, 'en'::text]))),
  constraint orders_state_check CHECK ((state = ANY (ARRAY['PENDING'::text, 'WAITING_PAYMENT'::text, 'PROCESSING'::text, 'SUCCESS'::text, 'FAILED'::text, 'EXPIRED'::text, 'CANCELLED'::text, 'PARTIAL'::text, 'REFUNDED'::text]))),
  constraint orders_subtotal_check CHECK ((subtotal > 0)),
  constraint orders_sum CHECK ((total = ((subtotal - discount) + fee))),
  constraint orders_token_hash_check CHECK ((length(token_hash) = 32)),
  constraint orders_total_check CHECK ((total > 0))
);
CREATE INDEX orders_open ON orders USING btree (state, expires_at) WHERE (state = ANY (ARRAY['PENDING'::text, 'WAITING_PAYMENT'::text, 'PROCESSING'::text]));
CREATE INDEX orders_recent ON orders USING btree (created_at DESC, id);
alter table orders enable row level security;
alter table orders force row level security;
create policy orders_guest on orders for select to lapak_web using ((token_hash = lapak_token_hash()));
create policy orders_place on orders for insert to lapak_web with check (((token_hash = lapak_token_hash()) AND (state = 'PENDING'::text) AND (paid_at IS NULL)));
create policy orders_shop on orders for all to lapak_owner, lapak_worker using (true) with check (true);
create policy orders_vault on orders for select to lapak_vault using ((token_hash = lapak_token_hash()));
grant insert, select on orders to lapak_web;
grant insert, select, update on orders to lapak_worker;
grant select (id, number, token_hash, state) on orders to lapak_vault;

create table payment_exceptions (
  id uuid not null,
  payment_id uuid not null,
  kind text not null,
  amount bigint not null,
  detail text not null,
  state text default 'OPEN'::text not null,
  opened_at timestamp with time zone default now() not null,
  resolved_at timestamp with time zone,
  resolution text,
  constraint payment_exceptions_pkey PRIMARY KEY (id),
  constraint payment_exceptions_once UNIQUE (payment_id, kind),
  constraint payment_exceptions_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payments(id),
  constraint payment_exceptions_amount_check CHECK ((amount >= 0)),
  constraint payment_exceptions_kind_check CHECK ((kind = ANY (ARRAY['late'::text, 'double'::text, 'amount_mismatch'::text, 'cancelled_order'::text, 'reversed'::text, 'chargeback'::text, 'foreign'::text, 'outside_refund'::text]))),
  constraint payment_exceptions_state_check CHECK ((state = ANY (ARRAY['OPEN'::text, 'RESOLVED'::text])))
);
CREATE INDEX payment_exceptions_open ON payment_exceptions USING btree (opened_at) WHERE (state = 'OPEN'::text);
alter table payment_exceptions enable row level security;
alter table payment_exceptions force row level security;
create policy payment_exceptions_shop on payment_exceptions for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on payment_exceptions to lapak_worker;

create table payment_history (
  id uuid not null,
  payment_id uuid not null,
  from_state text not null,
  to_state text not null,
  actor text not null,
  reason text,
  at timestamp with time zone default now() not null,
  constraint payment_history_pkey PRIMARY KEY (id),
  constraint payment_history_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payments(id)
);
CREATE INDEX payment_history_payment ON payment_history USING btree (payment_id, at, id);
alter table payment_history enable row level security;
alter table payment_history force row level security;
create policy payment_history_plan on payment_history for insert to lapak_web with check (((from_state = 'NEW'::text) AND (to_state = 'CREATING'::text) AND (EXISTS ( SELECT 1
   FROM (payments p
     JOIN orders o ON ((o.id = p.order_id)))
  WHERE ((p.id = payment_history.payment_id) AND (o.token_hash = lapak_token_hash()))))));
create policy payment_history_shop on payment_history for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert on payment_history to lapak_web;
grant insert, select on payment_history to lapak_worker;

create table payments (
  id uuid not null,
  order_id uuid not null,
  attempt smallint default 1 not null,
  gateway text not null,
  method text not null,
  reference text not null,
  amount bigint not null,
  currency text default 'IDR'::text not null,
  state text not null,
  booked_to text,
  gateway_transaction_id text,
  gateway_method text,
  token text,
  redirect_url text,
  qr_string text,
  va_number text,
  received bigint,
  refunded bigint default 0 not null,
  expires_at timestamp with time zone not null,
  paid_at timestamp with time zone,
  next_poll_at timestamp with time zone,
  polls integer default 0 not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint payments_pkey PRIMARY KEY (id),
  constraint payments_attempt UNIQUE (order_id, attempt),
  constraint payments_reference UNIQUE (gateway, reference),
  constraint payments_transaction UNIQUE (gateway, gateway_transaction_id),
  constraint payments_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  constraint payments_amount_check CHECK ((amount > 0)),
  constraint payments_booked_to_check CHECK ((booked_to = ANY (ARRAY['order'::text, 'suspense'::text]))),
  constraint payments_currency_check CHECK ((currency = 'IDR'::text)),
  constraint payments_received_check CHECK ((received >= 0)),
  constraint payments_refund_limit CHECK (((refunded >= 0) AND (refunded <= COALESCE(received, (0)::bigint)))),
  constraint payments_state_check CHECK ((state = ANY (ARRAY['CREATING'::text, 'PENDING'::text, 'PAID'::text, 'FAILED'::text, 'EXPIRED'::text, 'CANCELLED'::text, 'REVIEW'::text, 'PARTIALLY_REFUNDED'::text, 'REFUNDED'::text, 'CHARGEBACK'::text])))
);
CREATE INDEX payments_due ON payments USING btree (next_poll_at) WHERE (next_poll_at IS NOT NULL);
CREATE UNIQUE INDEX payments_one_open ON payments USING btree (order_id) WHERE (state = ANY (ARRAY['CREATING'::text, 'PENDING'::text]));
CREATE INDEX payments_order ON payments USING btree (order_id);
alter table payments enable row level security;
alter table payments force row level security;
create policy payments_guest on payments for select to lapak_web using ((EXISTS ( SELECT 1
   FROM orders o
  WHERE ((o.id = payments.order_id) AND (o.token_hash = lapak_token_hash())))));
create policy payments_plan on payments for insert to lapak_web with check (((state = 'CREATING'::text) AND (received IS NULL) AND (booked_to IS NULL) AND (paid_at IS NULL) AND (refunded = 0) AND (EXISTS ( SELECT 1
   FROM orders o
  WHERE ((o.id = payments.order_id) AND (o.token_hash = lapak_token_hash()))))));
create policy payments_shop on payments for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select on payments to lapak_web;
grant insert, select, update on payments to lapak_worker;

create table price_changes (
  id uuid not null,
  change_set uuid not null,
  cause text not null,
  run_id uuid,
  sku_id uuid not null,
  old_cost bigint,
  new_cost bigint,
  old_retail bigint not null,
  new_retail bigint not null,
  rule_id uuid,
  at timestamp with time zone not null,
  constraint price_changes_pkey PRIMARY KEY (id),
  constraint price_changes_once UNIQUE (change_set, sku_id),
  constraint price_changes_sku_id_fkey FOREIGN KEY (sku_id) REFERENCES skus(id),
  constraint price_changes_cause_check CHECK ((cause = ANY (ARRAY['run'::text, 'clock'::text, 'rule'::text, 'hand'::text, 'revert'::text]))),
  constraint price_changes_new_retail_check CHECK ((new_retail > 0)),
  constraint price_changes_old_retail_check CHECK ((old_retail > 0))
);
CREATE INDEX price_changes_run ON price_changes USING btree (run_id, id DESC) WHERE (run_id IS NOT NULL);
CREATE INDEX price_changes_sku ON price_changes USING btree (sku_id, id DESC);
alter table price_changes enable row level security;
alter table price_changes force row level security;
create policy price_changes_shop on price_changes for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on price_changes to lapak_worker;

create table price_rules (
  id uuid not null,
  scope text not null,
  scope_id uuid,
  margin_bps integer not null,
  margin_fixed bigint not null,
  round_to integer not null,
  margin_floor bigint not null,
  updated_at timestamp with time zone default now() not null,
  constraint price_rules_pkey PRIMARY KEY (id),
  constraint price_rules_scope UNIQUE NULLS NOT DISTINCT (scope, scope_id),
  constraint price_rules_margin_bps_check CHECK (((margin_bps >= 0) AND (margin_bps <= 100000))),
  constraint price_rules_margin_fixed_check CHECK ((margin_fixed >= 0)),
  constraint price_rules_margin_floor_check CHECK ((margin_floor >= 0)),
  constraint price_rules_round_to_check CHECK (((round_to >= 1) AND (round_to <= 100000))),
  constraint price_rules_scope_check CHECK ((scope = ANY (ARRAY['shop'::text, 'category'::text, 'product'::text, 'sku'::text]))),
  constraint price_rules_shop CHECK (((scope = 'shop'::text) = (scope_id IS NULL)))
);
alter table price_rules enable row level security;
alter table price_rules force row level security;
create policy price_rules_shop on price_rules for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select, update on price_rules to lapak_worker;

create table products (
  id uuid not null,
  slug text not null,
  name text not null,
  publisher text default ''::text not null,
  category_id uuid not null,
  delivery_kind text not null,
  description text default ''::text not null,
  description_en text default ''::text not null,
  notice text,
  notice_en text,
  image_url text not null,
  input_fields jsonb default '[]'::jsonb not null,
  nickname_code text,
  state text default 'active'::text not null,
  popularity integer default 0 not null,
  source text default 'shop'::text not null,
  source_key text,
  search_words text default ''::text not null,
  search tsvector generated always as (to_tsvector('simple'::regconfig, ((((name || ' '::text) || publisher) || ' '::text) || search_words))) stored,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint products_pkey PRIMARY KEY (id),
  constraint products_slug UNIQUE (slug),
  constraint products_source UNIQUE (source, source_key),
  constraint products_category_id_fkey FOREIGN KEY (category_id) REFERENCES categories(id),
  constraint products_delivery_kind_check CHECK ((delivery_kind = ANY (ARRAY['STOCK'::text, 'INVITE'::text, 'SUPPLIER'::text]))),
  constraint products_input_fields_check CHECK ((jsonb_typeof(input_fields) = 'array'::text)),
  constraint products_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
  constraint products_slug_check CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text)),
  constraint products_state_check CHECK ((state = ANY (ARRAY['active'::text, 'hidden'::text])))
);
CREATE INDEX products_category ON products USING btree (category_id, popularity DESC, id) WHERE (state = 'active'::text);
CREATE INDEX products_list ON products USING btree (popularity DESC, id) WHERE (state = 'active'::text);
CREATE INDEX products_search ON products USING gin (search);
alter table products enable row level security;
alter table products force row level security;
create policy products_public on products for select to lapak_web using ((state = 'active'::text));
create policy products_shop on products for all to lapak_owner, lapak_worker using (true) with check (true);
grant select on products to lapak_web;
grant insert, select, update on products to lapak_worker;

create table purchase_history (
  id uuid not null,
  purchase_id uuid not null,
  from_state text not null,
  to_state text not null,
  reason text,
  at timestamp with time zone default now() not null,
  constraint purchase_history_pkey PRIMARY KEY (id),
  constraint purchase_history_purchase_id_fkey FOREIGN KEY (purchase_id) REFERENCES supplier_purchases(id)
);
CREATE INDEX purchase_history_purchase ON purchase_history USING btree (purchase_id, at, id);
alter table purchase_history enable row level security;
alter table purchase_history force row level security;
create policy purchase_history_shop on purchase_history for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select on purchase_history to lapak_worker;

create table refunds (
  id uuid not null,
  payment_id uuid not null,
  order_id uuid not null,
  line_id uuid,
  business_key text not null,
  refund_key text not null,
  settled_as text,
  amount bigint not null,
  reason text not null,
  state text not null,
  detail text,
  tries integer default 0 not null,
  next_try_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint refunds_pkey PRIMARY KEY (id),
  constraint refunds_business_key UNIQUE (business_key),
  constraint refunds_refund_key UNIQUE (refund_key),
  constraint refunds_line_id_fkey FOREIGN KEY (line_id) REFERENCES order_lines(id),
  constraint refunds_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  constraint refunds_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payments(id),
  constraint refunds_amount_check CHECK ((amount > 0)),
  constraint refunds_state_check CHECK ((state = ANY (ARRAY['REQUESTED'::text, 'SENDING'::text, 'UNKNOWN'::text, 'DONE'::text, 'MANUAL'::text])))
);
CREATE INDEX refunds_due ON refunds USING btree (next_try_at) WHERE (state = ANY (ARRAY['REQUESTED'::text, 'SENDING'::text, 'UNKNOWN'::text]));
CREATE INDEX refunds_order ON refunds USING btree (order_id);
alter table refunds enable row level security;
alter table refunds force row level security;
create policy refunds_guest on refunds for select to lapak_web using ((EXISTS ( SELECT 1
   FROM orders o
  WHERE ((o.id = refunds.order_id) AND (o.token_hash = lapak_token_hash())))));
create policy refunds_shop on refunds for all to lapak_owner, lapak_worker using (true) with check (true);
grant select on refunds to lapak_web;
grant insert, select, update on refunds to lapak_worker;

create table resellers (
  id uuid not null,
  external_id text not null,
  name text not null,
  phone text,
  area text,
  level text,
  upline_external_id text,
  facebook text,
  instagram text,
  picture_url text,
  picture_alt text,
  is_enabled boolean default true not null,
  gone_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint resellers_pkey PRIMARY KEY (id),
  constraint resellers_external UNIQUE (external_id),
  constraint resellers_external_id_check CHECK (((length(external_id) >= 1) AND (length(external_id) <= 200))),
  constraint resellers_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
);
alter table resellers enable row level security;
alter table resellers force row level security;
create policy resellers_shop on resellers for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on resellers to lapak_worker;

create table reveals (
  id uuid not null,
  line_id uuid not null,
  actor text not null,
  units integer not null,
  at timestamp with time zone default now() not null,
  constraint reveals_pkey PRIMARY KEY (id),
  constraint reveals_line_id_fkey FOREIGN KEY (line_id) REFERENCES order_lines(id)
);
CREATE INDEX reveals_line ON reveals USING btree (line_id, at);
alter table reveals enable row level security;
alter table reveals force row level security;
create policy reveals_record on reveals for all to lapak_vault using (true) with check (true);
create policy reveals_shop on reveals for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select on reveals to lapak_vault;
grant select on reveals to lapak_worker;

create table sku_prices (
  sku_id uuid not null,
  retail bigint not null,
  cost bigint,
  floor bigint not null,
  rule_id uuid,
  hand_set boolean default false not null,
  trace jsonb default '[]'::jsonb not null,
  priced_at timestamp with time zone default now() not null,
  sellable boolean generated always as ((retail >= floor)) stored not null,
  constraint sku_prices_pkey PRIMARY KEY (sku_id),
  constraint sku_prices_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES price_rules(id) ON DELETE SET NULL,
  constraint sku_prices_sku_id_fkey FOREIGN KEY (sku_id) REFERENCES skus(id),
  constraint sku_prices_above_floor CHECK ((hand_set OR (retail >= floor))),
  constraint sku_prices_cost_check CHECK ((cost > 0)),
  constraint sku_prices_floor_check CHECK ((floor >= 0)),
  constraint sku_prices_retail_check CHECK ((retail > 0))
);
alter table sku_prices enable row level security;
alter table sku_prices force row level security;
create policy sku_prices_public on sku_prices for select to lapak_web using (true);
create policy sku_prices_shop on sku_prices for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on sku_prices to lapak_worker;
grant select (sku_id, retail, priced_at, sellable) on sku_prices to lapak_web;

create table skus (
  id uuid not null,
  product_id uuid not null,
  code text not null,
  name text not null,
  group_name text,
  position integer default 0 not null,
  state text default 'active'::text not null,
  available boolean default false not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint skus_pkey PRIMARY KEY (id),
  constraint skus_code UNIQUE (code),
  constraint skus_product_id_fkey FOREIGN KEY (product_id) REFERENCES products(id),
  constraint skus_code_check CHECK ((code ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'::text)),
  constraint skus_name_check CHECK (((length(name) >= 1) AND (length(name) <= 160))),
  constraint skus_state_check CHECK ((state = ANY (ARRAY['active'::text, 'hidden'::text])))
);
CREATE INDEX skus_product ON skus USING btree (product_id, "position", id);
alter table skus enable row level security;
alter table skus force row level security;
create policy skus_public on skus for select to lapak_web using ((state = 'active'::text));
create policy skus_shop on skus for all to lapak_owner, lapak_worker using (true) with check (true);
grant select on skus to lapak_web;
grant insert, select, update on skus to lapak_worker;

create table stock_batches (
  id uuid not null,
  sku_id uuid not null,
  label text not null,
  imported integer default 0 not null,
  duplicates integer default 0 not null,
  rejected integer default 0 not null,
  actor text not null,
  created_at timestamp with time zone default now() not null,
  constraint stock_batches_pkey PRIMARY KEY (id),
  constraint stock_batches_sku_id_fkey FOREIGN KEY (sku_id) REFERENCES skus(id)
);
alter table stock_batches enable row level security;
alter table stock_batches force row level security;
create policy stock_batches_shop on stock_batches for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on stock_batches to lapak_worker;

create table stock_units (
  id uuid not null,
  sku_id uuid not null,
  batch_id uuid not null,
  state text default 'AVAILABLE'::text not null,
  line_id uuid,
  reserved_until timestamp with time zone,
  fingerprint bytea not null,
  sealed bytea not null,
  key_id text not null,
  created_at timestamp with time zone default now() not null,
  sold_at timestamp with time zone,
  constraint stock_units_pkey PRIMARY KEY (id),
  constraint stock_units_fingerprint UNIQUE (sku_id, fingerprint),
  constraint stock_units_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES stock_batches(id),
  constraint stock_units_line_id_fkey FOREIGN KEY (line_id) REFERENCES order_lines(id),
  constraint stock_units_sku_id_fkey FOREIGN KEY (sku_id) REFERENCES skus(id),
  constraint stock_units_claim CHECK (((state = ANY (ARRAY['RESERVED'::text, 'SOLD'::text])) = (line_id IS NOT NULL))),
  constraint stock_units_hold CHECK (((state = 'RESERVED'::text) = (reserved_until IS NOT NULL))),
  constraint stock_units_state_check CHECK ((state = ANY (ARRAY['AVAILABLE'::text, 'RESERVED'::text, 'SOLD'::text, 'VOID'::text])))
);
CREATE INDEX stock_units_free ON stock_units USING btree (sku_id, id) WHERE (state = ANY (ARRAY['AVAILABLE'::text, 'RESERVED'::text]));
CREATE INDEX stock_units_key ON stock_units USING btree (key_id);
CREATE INDEX stock_units_line ON stock_units USING btree (line_id) WHERE (line_id IS NOT NULL);
alter table stock_units enable row level security;
alter table stock_units force row level security;
create policy stock_units_count on stock_units for select to lapak_web using (true);
create policy stock_units_hold on stock_units for update to lapak_web using (((state = 'AVAILABLE'::text) OR ((state = 'RESERVED'::text) AND (reserved_until < now())))) with check (((state = 'RESERVED'::text) AND (EXISTS ( SELECT 1
   FROM (order_lines l
     JOIN orders o ON ((o.id = l.order_id)))
  WHERE ((l.id = stock_units.line_id) AND (o.token_hash = lapak_token_hash()))))));
create policy stock_units_reveal on stock_units for select to lapak_vault using (((state = 'SOLD'::text) AND (EXISTS ( SELECT 1
   FROM (order_lines l
     JOIN orders o ON ((o.id = l.order_id)))
  WHERE ((l.id = stock_units.line_id) AND (o.token_hash = lapak_token_hash()))))));
create policy stock_units_rewrap on stock_units for all to lapak_vault using (lapak_rewraps()) with check (lapak_rewraps());
create policy stock_units_shop on stock_units for all to lapak_owner, lapak_worker using (true) with check (true);
grant select on stock_units to lapak_vault;
grant insert on stock_units to lapak_worker;
grant update (sealed, key_id) on stock_units to lapak_vault;
grant select (id, sku_id, batch_id, state, line_id, reserved_until) on stock_units to lapak_web;
grant update (state, line_id, reserved_until) on stock_units to lapak_web;
grant select (id, sku_id, batch_id, state, line_id, reserved_until, fingerprint, key_id, created_at, sold_at) on stock_units to lapak_worker;
grant update (state, line_id, reserved_until, sold_at) on stock_units to lapak_worker;

create table supplier_offers (
  id uuid not null,
  supplier text not null,
  code text not null,
  sku_id uuid,
  family text not null,
  name text not null,
  display_name text not null,
  cost bigint not null,
  route text default ''::text not null,
  available boolean not null,
  content_hash bytea default '\x'::bytea not null,
  missing_since timestamp with time zone,
  seen_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  offered boolean default true not null,
  orderable boolean default true not null,
  cut_off_start smallint,
  cut_off_end smallint,
  drops timestamp with time zone[] default '{}'::timestamp with time zone[] not null,
  held_until timestamp with time zone,
  constraint supplier_offers_pkey PRIMARY KEY (id),
  constraint supplier_offers_code UNIQUE (supplier, code),
  constraint supplier_offers_sku_id_fkey FOREIGN KEY (sku_id) REFERENCES skus(id),
  constraint supplier_offers_cost_check CHECK ((cost > 0)),
  constraint supplier_offers_cut_off CHECK (((cut_off_start IS NULL) = (cut_off_end IS NULL))),
  constraint supplier_offers_cut_off_end_check CHECK (((cut_off_end >= 0) AND (cut_off_end <= 1439))),
  constraint supplier_offers_cut_off_start_check CHECK (((cut_off_start >= 0) AND (cut_off_start <= 1439)))
);
CREATE INDEX supplier_offers_clock ON supplier_offers USING btree (id) WHERE ((cut_off_start IS NOT NULL) OR (held_until IS NOT NULL));
CREATE INDEX supplier_offers_sku ON supplier_offers USING btree (sku_id, cost);
alter table supplier_offers enable row level security;
alter table supplier_offers force row level security;
create policy supplier_offers_shop on supplier_offers for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on supplier_offers to lapak_worker;

create table supplier_purchases (
  id uuid not null,
  line_id uuid not null,
  slot smallint not null,
  attempt smallint default 1 not null,
  supplier text not null,
  offer_id uuid not null,
  service_code text not null,
  expected_name text not null,
  target_no text not null,
  target_zone text default ''::text not null,
  expected_cost bigint not null,
  state text not null,
  supplier_ref text,
  price bigint,
  balance_before bigint,
  balance_at timestamp with time zone,
  failure_code text,
  failure_text text,
  fence integer default 0 not null,
  send_after timestamp with time zone default now() not null,
  sent_at timestamp with time zone,
  unknown_since timestamp with time zone,
  next_check_at timestamp with time zone,
  checks integer default 0 not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint supplier_purchases_pkey PRIMARY KEY (id),
  constraint supplier_purchases_attempt UNIQUE (line_id, slot, attempt),
  constraint supplier_purchases_ref UNIQUE (supplier, supplier_ref),
  constraint supplier_purchases_line_id_fkey FOREIGN KEY (line_id) REFERENCES order_lines(id),
  constraint supplier_purchases_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES supplier_offers(id),
  constraint supplier_purchases_expected_cost_check CHECK ((expected_cost > 0)),
  constraint supplier_purchases_price_check CHECK ((price >= 0)),
  constraint supplier_purchases_slot_check CHECK ((slot >= 1)),
  constraint supplier_purchases_state_check CHECK ((state = ANY (ARRAY['INTENT'::text, 'IN_FLIGHT'::text, 'UNKNOWN'::text, 'ACCEPTED'::text, 'SUCCEEDED'::text, 'FAILED'::text, 'REFUSED'::text, 'NOT_PLACED'::text, 'MANUAL'::text])))
);
CREATE INDEX supplier_purchases_due ON supplier_purchases USING btree (next_check_at) WHERE (next_check_at IS NOT NULL);
CREATE INDEX supplier_purchases_line ON supplier_purchases USING btree (line_id);
CREATE UNIQUE INDEX supplier_purchases_one_in_doubt ON supplier_purchases USING btree (supplier, service_code, target_no, target_zone) WHERE ((state = ANY (ARRAY['IN_FLIGHT'::text, 'UNKNOWN'::text])) OR ((state = 'MANUAL'::text) AND (supplier_ref IS NULL)));
CREATE UNIQUE INDEX supplier_purchases_one_open ON supplier_purchases USING btree (line_id, slot) WHERE (state = ANY (ARRAY['INTENT'::text, 'IN_FLIGHT'::text, 'UNKNOWN'::text, 'ACCEPTED'::text, 'MANUAL'::text, 'SUCCEEDED'::text]));
CREATE INDEX supplier_purchases_sent ON supplier_purchases USING btree (supplier, sent_at) WHERE (sent_at IS NOT NULL);
CREATE INDEX supplier_purchases_waiting ON supplier_purchases USING btree (supplier, service_code, target_no, target_zone, id) WHERE (state = 'INTENT'::text);
alter table supplier_purchases enable row level security;
alter table supplier_purchases force row level security;
create policy supplier_purchases_shop on supplier_purchases for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on supplier_purchases to lapak_worker;

create table sync_alerts (
  id uuid not null,
  connection text not null,
  stream text default ''::text not null,
  kind text not null,
  detail text not null,
  opened_at timestamp with time zone default now() not null,
  resolved_at timestamp with time zone,
  constraint sync_alerts_pkey PRIMARY KEY (id),
  constraint sync_alerts_kind_check CHECK ((kind = ANY (ARRAY['late'::text, 'dead_letters'::text, 'rejected_share'::text, 'circuit_open'::text, 'needs_approval'::text, 'run_failed'::text])))
);
CREATE UNIQUE INDEX sync_alerts_one_open ON sync_alerts USING btree (connection, stream, kind) WHERE (resolved_at IS NULL);
alter table sync_alerts enable row level security;
alter table sync_alerts force row level security;
create policy sync_alerts_shop on sync_alerts for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on sync_alerts to lapak_worker;

create table sync_attempts (
  key text not null,
  connection text not null,
  stream text not null,
  local_id uuid not null,
  operation text not null,
  version bigint not null,
  content_hash uuid not null,
  parent_external_id text,
  prior_hash uuid,
  body json not null,
  state text default 'sending'::text not null,
  external_id text,
  detail text,
  tries integer default 1 not null,
  created_at timestamp with time zone default now() not null,
  sent_at timestamp with time zone default now() not null,
  settled_at timestamp with time zone,
  constraint sync_attempts_pkey PRIMARY KEY (key),
  constraint sync_attempts_key_check CHECK (((length(key) >= 16) AND (length(key) <= 100))),
  constraint sync_attempts_operation_check CHECK ((operation = ANY (ARRAY['create'::text, 'update'::text]))),
  constraint sync_attempts_state_check CHECK ((state = ANY (ARRAY['sending'::text, 'ok'::text, 'rejected'::text, 'unknown'::text, 'withdrawn'::text]))),
  constraint sync_attempts_tries_check CHECK ((tries > 0)),
  constraint sync_attempts_version_check CHECK ((version > 0))
);
CREATE UNIQUE INDEX sync_attempts_one_open ON sync_attempts USING btree (connection, stream, local_id) WHERE (state = ANY (ARRAY['sending'::text, 'unknown'::text]));
CREATE INDEX sync_attempts_record ON sync_attempts USING btree (connection, stream, local_id, created_at);
alter table sync_attempts enable row level security;
alter table sync_attempts force row level security;
create policy sync_attempts_shop on sync_attempts for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select, update on sync_attempts to lapak_worker;

create table sync_buckets (
  key text not null,
  tokens double precision not null,
  refreshed_at timestamp with time zone default now() not null,
  blocked_until timestamp with time zone default '-infinity'::timestamp with time zone not null,
  constraint sync_buckets_pkey PRIMARY KEY (key)
);
alter table sync_buckets enable row level security;
alter table sync_buckets force row level security;
create policy sync_buckets_shop on sync_buckets for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on sync_buckets to lapak_worker;

create table sync_changes (
  id uuid not null,
  run_id uuid not null,
  stream text not null,
  entity text not null,
  local_id uuid not null,
  external_id text not null,
  op text not null,
  fields jsonb not null,
  at timestamp with time zone default now() not null,
  constraint sync_changes_pkey PRIMARY KEY (id),
  constraint sync_changes_run_id_fkey FOREIGN KEY (run_id) REFERENCES sync_runs(id) ON DELETE CASCADE,
  constraint sync_changes_fields_check CHECK ((jsonb_typeof(fields) = 'object'::text)),
  constraint sync_changes_op_check CHECK ((op = ANY (ARRAY['update'::text, 'delete'::text, 'return'::text, 'kept'::text, 'push'::text])))
);
CREATE INDEX sync_changes_record ON sync_changes USING btree (entity, local_id, id);
CREATE INDEX sync_changes_run ON sync_changes USING btree (run_id, id);
alter table sync_changes enable row level security;
alter table sync_changes force row level security;
create policy sync_changes_shop on sync_changes for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select on sync_changes to lapak_worker;

create table sync_connections (
  name text not null,
  paused_at timestamp with time zone,
  paused_by text,
  circuit_failures integer default 0 not null,
  circuit_since timestamp with time zone,
  circuit_open_until timestamp with time zone,
  circuit_reason text,
  created_at timestamp with time zone default now() not null,
  constraint sync_connections_pkey PRIMARY KEY (name),
  constraint sync_connections_circuit_failures_check CHECK ((circuit_failures >= 0)),
  constraint sync_connections_name_check CHECK ((name ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text)),
  constraint sync_connections_pause CHECK (((paused_at IS NULL) = (paused_by IS NULL)))
);
alter table sync_connections enable row level security;
alter table sync_connections force row level security;
create policy sync_connections_shop on sync_connections for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on sync_connections to lapak_worker;

create table sync_creations (
  run_id uuid not null,
  stream text not null,
  page bigint not null,
  external_ids text[] not null,
  constraint sync_creations_pkey PRIMARY KEY (run_id, stream, page),
  constraint sync_creations_run_id_fkey FOREIGN KEY (run_id) REFERENCES sync_runs(id) ON DELETE CASCADE
);
alter table sync_creations enable row level security;
alter table sync_creations force row level security;
create policy sync_creations_shop on sync_creations for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select on sync_creations to lapak_worker;

create table sync_dead_letters (
  id uuid not null,
  connection text not null,
  stream text not null,
  record_key text not null,
  payload jsonb not null,
  code text not null,
  detail text not null,
  attempts integer default 1 not null,
  state text default 'open'::text not null,
  first_run uuid,
  last_run uuid,
  opened_at timestamp with time zone default now() not null,
  closed_at timestamp with time zone,
  constraint sync_dead_letters_pkey PRIMARY KEY (id),
  constraint sync_dead_letters_first_run_fkey FOREIGN KEY (first_run) REFERENCES sync_runs(id) ON DELETE SET NULL,
  constraint sync_dead_letters_last_run_fkey FOREIGN KEY (last_run) REFERENCES sync_runs(id) ON DELETE SET NULL,
  constraint sync_dead_letters_attempts_check CHECK ((attempts > 0)),
  constraint sync_dead_letters_record_key_check CHECK (((length(record_key) >= 1) AND (length(record_key) <= 200))),
  constraint sync_dead_letters_state_check CHECK ((state = ANY (ARRAY['open'::text, 'resolved'::text, 'discarded'::text])))
);
CREATE INDEX sync_dead_letters_first_run ON sync_dead_letters USING btree (first_run);
CREATE INDEX sync_dead_letters_last_run ON sync_dead_letters USING btree (last_run);
CREATE INDEX sync_dead_letters_list ON sync_dead_letters USING btree (connection, stream, id) WHERE (state = 'open'::text);
CREATE UNIQUE INDEX sync_dead_letters_one_open ON sync_dead_letters USING btree (connection, stream, record_key) WHERE (state = 'open'::text);
alter table sync_dead_letters enable row level security;
alter table sync_dead_letters force row level security;
create policy sync_dead_letters_shop on sync_dead_letters for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select, update on sync_dead_letters to lapak_worker;

create table sync_field_locks (
  entity text not null,
  local_id uuid not null,
  field text not null,
  locked_by text not null,
  locked_at timestamp with time zone default now() not null,
  constraint sync_field_locks_pkey PRIMARY KEY (entity, local_id, field)
);
alter table sync_field_locks enable row level security;
alter table sync_field_locks force row level security;
create policy sync_field_locks_shop on sync_field_locks for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select on sync_field_locks to lapak_worker;

create table sync_generations (
  id uuid not null,
  connection text not null,
  stream text not null,
  mode text not null,
  lo timestamp with time zone,
  hi timestamp with time zone not null,
  state text default 'open'::text not null,
  nameless bigint default 0 not null,
  started_at timestamp with time zone default now() not null,
  closed_at timestamp with time zone,
  constraint sync_generations_pkey PRIMARY KEY (id),
  constraint sync_generations_connection_stream_fkey FOREIGN KEY (connection, stream) REFERENCES sync_streams(connection, stream),
  constraint sync_generations_mode_check CHECK ((mode = ANY (ARRAY['full'::text, 'changes'::text, 'range'::text]))),
  constraint sync_generations_state_check CHECK ((state = ANY (ARRAY['open'::text, 'enumerated'::text, 'closed'::text, 'abandoned'::text])))
);
CREATE INDEX sync_generations_enumerated ON sync_generations USING btree (connection, stream) WHERE (state = 'enumerated'::text);
CREATE UNIQUE INDEX sync_generations_one_open ON sync_generations USING btree (connection, stream) WHERE (state = 'open'::text);
alter table sync_generations enable row level security;
alter table sync_generations force row level security;
create policy sync_generations_shop on sync_generations for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select, update on sync_generations to lapak_worker;

create table sync_image_contents (
  sha256 bytea not null,
  width integer not null,
  height integer not null,
  forms jsonb not null,
  bytes bigint not null,
  created_at timestamp with time zone default now() not null,
  orphaned_at timestamp with time zone,
  removing_at timestamp with time zone,
  constraint sync_image_contents_pkey PRIMARY KEY (sha256),
  constraint sync_image_contents_bytes_check CHECK ((bytes > 0)),
  constraint sync_image_contents_forms_check CHECK ((jsonb_typeof(forms) = 'array'::text)),
  constraint sync_image_contents_height_check CHECK ((height > 0)),
  constraint sync_image_contents_removing CHECK (((removing_at IS NULL) OR (orphaned_at IS NOT NULL))),
  constraint sync_image_contents_sha256_check CHECK ((length(sha256) = 32)),
  constraint sync_image_contents_width_check CHECK ((width > 0))
);
CREATE INDEX sync_image_contents_orphans ON sync_image_contents USING btree (orphaned_at) WHERE (orphaned_at IS NOT NULL);
alter table sync_image_contents enable row level security;
alter table sync_image_contents force row level security;
create policy sync_image_contents_shop on sync_image_contents for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select, update on sync_image_contents to lapak_worker;

create table sync_images (
  url text not null,
  alt text default ''::text not null,
  state text default 'wanted'::text not null,
  sha256 bytea,
  etag text,
  last_modified text,
  checked_at timestamp with time zone,
  fail_count integer default 0 not null,
  error_code text,
  error_detail text,
  next_at timestamp with time zone default now() not null,
  claim uuid,
  claimed_by uuid,
  claim_until timestamp with time zone,
  constraint sync_images_pkey PRIMARY KEY (url),
  constraint sync_images_sha256_fkey FOREIGN KEY (sha256) REFERENCES sync_image_contents(sha256),
  constraint sync_images_claim CHECK ((((claim IS NULL) = (claimed_by IS NULL)) AND ((claim IS NULL) = (claim_until IS NULL)))),
  constraint sync_images_fail_count_check CHECK ((fail_count >= 0)),
  constraint sync_images_mirrored CHECK (((state <> 'mirrored'::text) OR (sha256 IS NOT NULL))),
  constraint sync_images_state_check CHECK ((state = ANY (ARRAY['wanted'::text, 'mirrored'::text, 'broken'::text]))),
  constraint sync_images_url_check CHECK (((length(url) >= 1) AND (length(url) <= 2000)))
);
CREATE INDEX sync_images_broken ON sync_images USING btree (url) WHERE (state = 'broken'::text);
CREATE INDEX sync_images_claimed ON sync_images USING btree (claimed_by) WHERE (claimed_by IS NOT NULL);
CREATE INDEX sync_images_content ON sync_images USING btree (sha256) WHERE (sha256 IS NOT NULL);
CREATE INDEX sync_images_due ON sync_images USING btree (next_at);
alter table sync_images enable row level security;
alter table sync_images force row level security;
create policy sync_images_shop on sync_images for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select, update on sync_images to lapak_worker;

create table sync_missing (
  generation_id uuid not null,
  batch bigint not null,
  external_ids text[] not null,
  constraint sync_missing_pkey PRIMARY KEY (generation_id, batch),
  constraint sync_missing_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES sync_generations(id) ON DELETE CASCADE
);
alter table sync_missing enable row level security;
alter table sync_missing force row level security;
create policy sync_missing_shop on sync_missing for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select on sync_missing to lapak_worker;

create table sync_passes (
  run_id uuid not null,
  stream text not null,
  connection text not null,
  place integer not null,
  after text[] default '{}'::text[] not null,
  state text default 'waiting'::text not null,
  epoch bigint default 0 not null,
  lease_owner uuid,
  lease_until timestamp with time zone default '-infinity'::timestamp with time zone not null,
  generation_id uuid,
  seen bigint default 0 not null,
  created bigint default 0 not null,
  updated bigint default 0 not null,
  unchanged bigint default 0 not null,
  stale bigint default 0 not null,
  rejected bigint default 0 not null,
  deleted bigint default 0 not null,
  pages bigint default 0 not null,
  missing bigint default 0 not null,
  plan_sum text,
  tries integer default 0 not null,
  retry_at timestamp with time zone,
  progressed_at timestamp with time zone,
  error_code text,
  error_detail text,
  approved_at timestamp with time zone,
  approved_by text,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  constraint sync_passes_pkey PRIMARY KEY (run_id, stream),
  constraint sync_passes_run_id_fkey FOREIGN KEY (run_id) REFERENCES sync_runs(id) ON DELETE CASCADE,
  constraint sync_passes_conserved CHECK ((seen = ((((created + updated) + unchanged) + stale) + rejected))),
  constraint sync_passes_epoch_check CHECK ((epoch >= 0)),
  constraint sync_passes_place_check CHECK ((place >= 0)),
  constraint sync_passes_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'ready'::text, 'running'::text, 'succeeded'::text, 'failed'::text, 'parked'::text, 'cancelled'::text])))
);
CREATE INDEX sync_passes_open ON sync_passes USING btree (connection, stream) WHERE (state = ANY (ARRAY['waiting'::text, 'ready'::text, 'running'::text, 'parked'::text]));
alter table sync_passes enable row level security;
alter table sync_passes force row level security;
create policy sync_passes_shop on sync_passes for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on sync_passes to lapak_worker;

create table sync_plan_items (
  run_id uuid not null,
  stream text not null,
  op text not null,
  external_id text not null,
  fields jsonb default '{}'::jsonb not null,
  constraint sync_plan_items_pkey PRIMARY KEY (run_id, stream, external_id, op),
  constraint sync_plan_items_run_id_fkey FOREIGN KEY (run_id) REFERENCES sync_runs(id) ON DELETE CASCADE,
  constraint sync_plan_items_fields_check CHECK ((jsonb_typeof(fields) = 'object'::text)),
  constraint sync_plan_items_op_check CHECK ((op = ANY (ARRAY['create'::text, 'update'::text, 'delete'::text, 'return'::text, 'kept'::text])))
);
alter table sync_plan_items enable row level security;
alter table sync_plan_items force row level security;
create policy sync_plan_items_shop on sync_plan_items for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select on sync_plan_items to lapak_worker;

create table sync_pushes (
  connection text not null,
  stream text not null,
  local_id uuid not null,
  want_version bigint default 1 not null,
  wished_at timestamp with time zone default now() not null,
  sent_version bigint default 0 not null,
  refused_version bigint default 0 not null,
  settled_attempts bigint default 0 not null,
  waits_for uuid,
  pushed_parent text,
  tries integer default 0 not null,
  next_at timestamp with time zone default now() not null,
  needs_review boolean default false not null,
  review_reason text,
  updated_at timestamp with time zone default now() not null,
  constraint sync_pushes_pkey PRIMARY KEY (connection, stream, local_id),
  constraint sync_pushes_refused_version_check CHECK ((refused_version >= 0)),
  constraint sync_pushes_review CHECK ((needs_review = (review_reason IS NOT NULL))),
  constraint sync_pushes_sent CHECK (((sent_version <= want_version) AND (refused_version <= want_version))),
  constraint sync_pushes_sent_version_check CHECK ((sent_version >= 0)),
  constraint sync_pushes_want_version_check CHECK ((want_version > 0))
);
CREATE INDEX sync_pushes_due ON sync_pushes USING btree (connection, stream, next_at) WHERE ((sent_version < want_version) AND (refused_version < want_version) AND (NOT needs_review));
alter table sync_pushes enable row level security;
alter table sync_pushes force row level security;
create policy sync_pushes_shop on sync_pushes for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on sync_pushes to lapak_worker;

create table sync_records (
  connection text not null,
  entity text not null,
  external_id text not null,
  local_id uuid not null,
  content_hash uuid,
  version timestamp with time zone,
  pushed_hash uuid,
  touched_at timestamp with time zone default now() not null,
  gone_at timestamp with time zone,
  constraint sync_records_pkey PRIMARY KEY (external_id, connection, entity),
  constraint sync_records_local UNIQUE (local_id, connection, entity),
  constraint sync_records_external_id_check CHECK (((length(external_id) >= 1) AND (length(external_id) <= 200)))
);
alter table sync_records enable row level security;
alter table sync_records force row level security;
create policy sync_records_shop on sync_records for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select, update on sync_records to lapak_worker;

create table sync_runs (
  id uuid not null,
  connection text not null,
  trigger text not null,
  kind text not null,
  status text not null,
  streams jsonb default '[]'::jsonb not null,
  errors jsonb default '[]'::jsonb not null,
  started_at timestamp with time zone default now() not null,
  finished_at timestamp with time zone,
  mode text default 'full'::text not null,
  range_from timestamp with time zone,
  range_to timestamp with time zone,
  plan_of uuid,
  plan_sum text,
  cancel_requested_at timestamp with time zone,
  queued_at timestamp with time zone default now() not null,
  constraint sync_runs_pkey PRIMARY KEY (id),
  constraint sync_runs_plan_of_fkey FOREIGN KEY (plan_of) REFERENCES sync_runs(id) ON DELETE SET NULL,
  constraint sync_runs_kind_check CHECK ((kind = ANY (ARRAY['live'::text, 'dry'::text]))),
  constraint sync_runs_mode_check CHECK ((mode = ANY (ARRAY['full'::text, 'changes'::text, 'range'::text, 'replay'::text]))),
  constraint sync_runs_range CHECK ((((range_from IS NULL) = (range_to IS NULL)) AND (range_from <= range_to))),
  constraint sync_runs_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'succeeded'::text, 'failed'::text, 'refused'::text, 'needs_approval'::text, 'cancelled'::text]))),
  constraint sync_runs_trigger_check CHECK ((trigger = ANY (ARRAY['manual'::text, 'schedule'::text, 'webhook'::text, 'cli'::text, 'replay'::text])))
);
CREATE UNIQUE INDEX sync_runs_one_at_a_time ON sync_runs USING btree (connection) WHERE (status = 'running'::text);
CREATE UNIQUE INDEX sync_runs_one_waiting ON sync_runs USING btree (connection, kind, mode, range_from, range_to, plan_of) NULLS NOT DISTINCT WHERE (status = 'queued'::text);
CREATE INDEX sync_runs_plan_of ON sync_runs USING btree (plan_of) WHERE (plan_of IS NOT NULL);
CREATE INDEX sync_runs_recent ON sync_runs USING btree (connection, started_at DESC);
alter table sync_runs enable row level security;
alter table sync_runs force row level security;
create policy sync_runs_shop on sync_runs for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select, update on sync_runs to lapak_worker;

create table sync_schedules (
  connection text not null,
  mode text not null,
  every_minutes integer not null,
  enabled boolean default true not null,
  next_at timestamp with time zone not null,
  constraint sync_schedules_pkey PRIMARY KEY (connection, mode),
  constraint sync_schedules_connection_fkey FOREIGN KEY (connection) REFERENCES sync_connections(name),
  constraint sync_schedules_every_minutes_check CHECK (((every_minutes >= 1) AND (every_minutes <= 44640))),
  constraint sync_schedules_mode_check CHECK ((mode = ANY (ARRAY['full'::text, 'changes'::text])))
);
alter table sync_schedules enable row level security;
alter table sync_schedules force row level security;
create policy sync_schedules_shop on sync_schedules for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on sync_schedules to lapak_worker;

create table sync_seen (
  generation_id uuid not null,
  slice integer not null,
  page bigint not null,
  external_ids text[] not null,
  constraint sync_seen_pkey PRIMARY KEY (generation_id, slice, page),
  constraint sync_seen_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES sync_generations(id) ON DELETE CASCADE
);
alter table sync_seen enable row level security;
alter table sync_seen force row level security;
create policy sync_seen_shop on sync_seen for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select on sync_seen to lapak_worker;

create table sync_slices (
  generation_id uuid not null,
  slice integer not null,
  lo timestamp with time zone,
  hi timestamp with time zone not null,
  position text,
  pages bigint default 0 not null,
  restarts integer default 0 not null,
  is_done boolean default false not null,
  constraint sync_slices_pkey PRIMARY KEY (generation_id, slice),
  constraint sync_slices_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES sync_generations(id) ON DELETE CASCADE,
  constraint sync_slices_slice_check CHECK ((slice >= 0))
);
alter table sync_slices enable row level security;
alter table sync_slices force row level security;
create policy sync_slices_shop on sync_slices for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select, update on sync_slices to lapak_worker;

create table sync_streams (
  connection text not null,
  stream text not null,
  watermark timestamp with time zone,
  enumerated_at timestamp with time zone,
  constraint sync_streams_pkey PRIMARY KEY (connection, stream),
  constraint sync_streams_connection_fkey FOREIGN KEY (connection) REFERENCES sync_connections(name)
);
alter table sync_streams enable row level security;
alter table sync_streams force row level security;
create policy sync_streams_shop on sync_streams for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on sync_streams to lapak_worker;

create table transfers (
  journal_id uuid not null,
  position smallint not null,
  debit_account_id uuid not null,
  credit_account_id uuid not null,
  amount bigint not null,
  created_at timestamp with time zone default now() not null,
  constraint transfers_pkey PRIMARY KEY (journal_id, "position"),
  constraint transfers_credit_account_id_fkey FOREIGN KEY (credit_account_id) REFERENCES accounts(id),
  constraint transfers_debit_account_id_fkey FOREIGN KEY (debit_account_id) REFERENCES accounts(id),
  constraint transfers_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journals(id),
  constraint transfers_amount_check CHECK ((amount > 0)),
  constraint transfers_two_accounts CHECK ((debit_account_id <> credit_account_id))
);
CREATE INDEX transfers_credit ON transfers USING btree (credit_account_id, created_at);
CREATE INDEX transfers_debit ON transfers USING btree (debit_account_id, created_at);
CREATE TRIGGER transfers_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON transfers FOR EACH STATEMENT EXECUTE FUNCTION lapak_append_only();
alter table transfers enable row level security;
alter table transfers force row level security;
create policy transfers_shop on transfers for all to lapak_owner, lapak_worker using (true) with check (true);
grant select on transfers to lapak_worker;

create table webhook_inbox (
  id uuid not null,
  provider text not null,
  dedupe_key bytea not null,
  body bytea not null,
  key_id text default ''::text not null,
  reference text,
  state text default 'RECEIVED'::text not null,
  outcome text,
  tries integer default 0 not null,
  next_try_at timestamp with time zone default now() not null,
  received_at timestamp with time zone default now() not null,
  handled_at timestamp with time zone,
  constraint webhook_inbox_pkey PRIMARY KEY (id),
  constraint webhook_inbox_once UNIQUE (provider, dedupe_key),
  constraint webhook_inbox_body_check CHECK ((length(body) <= 70000)),
  constraint webhook_inbox_dedupe_key_check CHECK ((length(dedupe_key) = 32)),
  constraint webhook_inbox_state_check CHECK ((state = ANY (ARRAY['RECEIVED'::text, 'HANDLED'::text, 'PARKED'::text, 'IGNORED'::text])))
);
CREATE INDEX webhook_inbox_due ON webhook_inbox USING btree (next_try_at) WHERE (state = ANY (ARRAY['RECEIVED'::text, 'PARKED'::text]));
CREATE INDEX webhook_inbox_old ON webhook_inbox USING btree (handled_at) WHERE (handled_at IS NOT NULL);
alter table webhook_inbox enable row level security;
alter table webhook_inbox force row level security;
create policy webhook_inbox_accept on webhook_inbox for insert to lapak_web with check (true);
create policy webhook_inbox_shop on webhook_inbox for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert on webhook_inbox to lapak_web;
grant delete, insert, select, update on webhook_inbox to lapak_worker;
