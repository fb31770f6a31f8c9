-- why: products of the external feed, beside the shop's own shelf
-- locks: none on existing data; safe while older code runs, which does not know the table

-- A million rows are usual here: two narrow indexes, no search, lists walk the primary key.
create table feed_products (
  id uuid primary key,
  external_id text collate "C" not null constraint feed_products_external unique
    check (length(external_id) between 1 and 200),
  name text not null check (length(name) between 1 and 200),
  slug text check (length(slug) between 1 and 200),
  description text not null default '',
  -- The number under which the food and drug authority (BPOM) knows it.
  registration_number text,
  price_general bigint check (price_general >= 0),
  price_consultant bigint check (price_consultant >= 0),
  price_supervisor bigint check (price_supervisor >= 0),
  price_manager bigint check (price_manager >= 0),
  price_director bigint check (price_director >= 0),
  -- The feed's own address. What we show is our copy of it.
  picture_url text,
  picture_alt text,
  -- Since when the feed does not have it any more.
  gone_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
call lapak_protect('feed_products');
grant select, insert, update on feed_products to lapak_worker;
