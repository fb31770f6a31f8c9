-- why: resellers of the external feed and their own prices for its products
-- locks: none on existing data (the foreign key to feed_products holds off its writers for a moment);
--   safe while older code runs, which does not know the tables

create table resellers (
  id uuid primary key,
  external_id text collate "C" not null constraint resellers_external unique
    check (length(external_id) between 1 and 200),
  name text not null check (length(name) between 1 and 200),
  -- Not unique: families and shops share one.
  phone text,
  area text,
  level text,
  -- Not a foreign key: the feed may name somebody whom it does not list.
  upline_external_id text collate "C",
  facebook text,
  instagram text,
  -- The feed's own address. What we show is our copy of it.
  picture_url text,
  picture_alt text,
  -- Whether the feed calls her active.
  is_enabled boolean not null default true,
  -- Since when the feed does not have her any more.
  gone_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
call lapak_protect('resellers');
grant select, insert, update on resellers to lapak_worker;

create table custom_prices (
  reseller_id uuid not null constraint custom_prices_reseller references resellers,
  feed_product_id uuid not null constraint custom_prices_product references feed_products,
  -- Whole rupiah.
  price bigint not null check (price > 0),
  created_at timestamptz not null,
  created_by text not null check (length(created_by) between 1 and 200),
  updated_at timestamptz not null,
  updated_by text not null check (length(updated_by) between 1 and 200),
  -- A removed price stays as a record of itself; setting it again clears this.
  removed_at timestamptz,
  constraint custom_prices_pkey primary key (reseller_id, feed_product_id)
);
comment on table custom_prices is 'harga_custom of the sources: a reseller''s own price for a product of the feed, one per pair';
create index custom_prices_product on custom_prices (feed_product_id);
call lapak_protect('custom_prices');
grant select, insert, update on custom_prices to lapak_worker;
