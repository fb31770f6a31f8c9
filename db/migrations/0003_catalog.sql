-- why: products, SKUs and the supplier offers behind them
-- locks: none on existing data

create table categories (
  id uuid primary key,
  slug text not null constraint categories_slug unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  name text not null,
  name_en text not null,
  position integer not null default 0
);
call lapak_protect('categories');
create policy categories_public on categories for select to lapak_web using (true);
grant select on categories to lapak_web;
grant select, insert, update on categories to lapak_worker;

create table products (
  id uuid primary key,
  slug text not null constraint products_slug unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  name text not null check (length(name) between 1 and 120),
  publisher text not null default '',
  category_id uuid not null references categories,
  delivery_kind text not null check (delivery_kind in ('STOCK', 'INVITE', 'SUPPLIER')),
  description text not null default '',
  description_en text not null default '',
  notice text,
  notice_en text,
  image_url text not null,
  input_fields jsonb not null default '[]' check (jsonb_typeof(input_fields) = 'array'),
  nickname_code text,
  state text not null default 'active' check (state in ('active', 'hidden')),
  popularity integer not null default 0,
  source text not null default 'shop',
  source_key text,
  search_words text not null default '',
  search tsvector generated always as (to_tsvector('simple', name || ' ' || publisher || ' ' || search_words)) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint products_source unique (source, source_key)
);
create index products_list on products (popularity desc, id) where state = 'active';
create index products_category on products (category_id, popularity desc, id) where state = 'active';
create index products_search on products using gin (search);
call lapak_protect('products');
create policy products_public on products for select to lapak_web using (state = 'active');
grant select on products to lapak_web;

-- A text match is not leakproof, so under row-level security it could not use its index; ids of visible products only.
create function lapak_search_products(query tsquery) returns setof uuid
  language sql stable security definer rows 50 set search_path = public, pg_temp
  as $$ select id from products where state = 'active' and search @@ query $$;
revoke execute on function lapak_search_products(tsquery) from public;
grant execute on function lapak_search_products(tsquery) to lapak_web, lapak_worker;
grant select, insert, update on products to lapak_worker;

create table skus (
  id uuid primary key,
  product_id uuid not null references products,
  code text not null constraint skus_code unique check (code ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'),
  name text not null check (length(name) between 1 and 160),
  group_name text,
  position integer not null default 0,
  state text not null default 'active' check (state in ('active', 'hidden')),
  available boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index skus_product on skus (product_id, position, id);
call lapak_protect('skus');
create policy skus_public on skus for select to lapak_web using (state = 'active');
grant select on skus to lapak_web;
grant select, insert, update on skus to lapak_worker;

create table supplier_offers (
  id uuid primary key,
  supplier text not null,
  code text not null,
  sku_id uuid references skus,
  family text not null,
  name text not null,
  display_name text not null,
  cost bigint not null check (cost > 0),
  route text not null default '',
  available boolean not null,
  content_hash bytea not null,
  missing_since timestamptz,
  seen_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint supplier_offers_code unique (supplier, code)
);
create index supplier_offers_sku on supplier_offers (sku_id, cost);
call lapak_protect('supplier_offers');
grant select, insert, update on supplier_offers to lapak_worker;

create table sync_runs (
  id uuid primary key,
  connection text not null,
  trigger text not null check (trigger in ('manual', 'schedule', 'webhook', 'cli')),
  kind text not null check (kind in ('live', 'dry')),
  status text not null check (status in ('running', 'succeeded', 'failed', 'refused')),
  streams jsonb not null default '[]',
  errors jsonb not null default '[]',
  started_at timestamptz not null default now(),
  finished_at timestamptz
);
create index sync_runs_recent on sync_runs (connection, started_at desc);
create unique index sync_runs_one_at_a_time on sync_runs (connection) where status = 'running';
call lapak_protect('sync_runs');
grant select, insert, update on sync_runs to lapak_worker;

-- One row per cache tag; processes compare versions and drop what is stale.
create table cache_tags (
  tag text primary key,
  version bigint not null default 1
);
call lapak_protect('cache_tags');
create policy cache_tags_read on cache_tags for select to lapak_web using (true);
grant select on cache_tags to lapak_web;
grant select, insert, update on cache_tags to lapak_worker;
