-- why: orders, their lines, and the history of every state change
-- locks: none on existing data

create table order_transitions (
  subject text not null check (subject in ('order', 'line', 'payment', 'purchase')),
  from_state text not null,
  to_state text not null,
  primary key (subject, from_state, to_state)
);
call lapak_protect('order_transitions');
grant select on order_transitions to lapak_worker;

create table orders (
  id uuid primary key,
  number text not null constraint orders_number unique,
  token_hash bytea not null constraint orders_token_hash unique check (length(token_hash) = 32),
  token_version integer not null default 1,
  state text not null check (state in
    ('PENDING', 'WAITING_PAYMENT', 'PROCESSING', 'SUCCESS', 'FAILED', 'EXPIRED', 'CANCELLED', 'PARTIAL', 'REFUNDED')),
  version integer not null default 1,
  locale text not null default 'id' check (locale in ('id', 'en')),
  customer_name text not null,
  customer_email text not null,
  customer_phone text not null,
  currency text not null default 'IDR' check (currency = 'IDR'),
  subtotal bigint not null check (subtotal > 0),
  discount bigint not null default 0 check (discount >= 0),
  fee bigint not null default 0 check (fee >= 0),
  total bigint not null check (total > 0),
  payment_method text not null,
  return_url text,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  paid_at timestamptz,
  closed_at timestamptz,
  updated_at timestamptz not null default now(),
  constraint orders_sum check (total = subtotal - discount + fee)
);
create index orders_open on orders (state, expires_at) where state in ('PENDING', 'WAITING_PAYMENT', 'PROCESSING');
create index orders_recent on orders (created_at desc, id);
call lapak_protect('orders');
create policy orders_guest on orders for select to lapak_web using (token_hash = lapak_token_hash());
-- A request may place an order; only the shop moves one.
create policy orders_place on orders for insert to lapak_web
  with check (token_hash = lapak_token_hash() and state = 'PENDING' and paid_at is null);
grant select, insert on orders to lapak_web;
grant select, insert, update on orders to lapak_worker;

create table order_lines (
  id uuid primary key,
  order_id uuid not null references orders,
  position smallint not null,
  sku_id uuid not null references skus,
  product_id uuid not null references products,
  sku_code text not null,
  sku_name text not null,
  product_name text not null,
  product_slug text not null,
  delivery_kind text not null check (delivery_kind in ('STOCK', 'INVITE', 'SUPPLIER')),
  input jsonb not null default '{}',
  input_shown jsonb not null default '[]',
  quantity integer not null check (quantity between 1 and 100),
  unit_price bigint not null check (unit_price > 0),
  total bigint not null,
  state text not null check (state in ('WAITING', 'PROCESSING', 'DELIVERED', 'FAILED', 'CANCELLED', 'REFUNDED')),
  failure text,
  -- what the buyer got back by other ways than our refunds: a bank, or a person at the gateway
  returned_outside bigint not null default 0 check (returned_outside >= 0),
  updated_at timestamptz not null default now(),
  constraint order_lines_position unique (order_id, position),
  constraint order_lines_sum check (total = unit_price * quantity)
);
create index order_lines_open on order_lines (state, updated_at) where state in ('WAITING', 'PROCESSING');
call lapak_protect('order_lines');
create policy order_lines_guest on order_lines for select to lapak_web
  using (exists (select 1 from orders o where o.id = order_id and o.token_hash = lapak_token_hash()));
create policy order_lines_place on order_lines for insert to lapak_web
  with check (state = 'WAITING' and returned_outside = 0 and exists (select 1 from orders o where o.id = order_id and o.token_hash = lapak_token_hash()));
grant select, insert on order_lines to lapak_web;
grant select, insert, update on order_lines to lapak_worker;

create table order_history (
  id uuid primary key,
  order_id uuid not null references orders,
  line_id uuid references order_lines,
  from_state text not null,
  to_state text not null,
  actor text not null,
  reason text,
  at timestamptz not null default now()
);
create index order_history_order on order_history (order_id, at, id);
call lapak_protect('order_history');
create policy order_history_guest on order_history for select to lapak_web
  using (exists (select 1 from orders o where o.id = order_id and o.token_hash = lapak_token_hash()));
create policy order_history_place on order_history for insert to lapak_web
  with check (line_id is null and from_state = 'NEW' and to_state = 'PENDING' and exists (select 1 from orders o where o.id = order_id and o.token_hash = lapak_token_hash()));
grant select, insert on order_history to lapak_web;
grant select, insert on order_history to lapak_worker;

insert into order_transitions (subject, from_state, to_state) values
  ('order', 'NEW', 'PENDING'),
  ('order', 'PENDING', 'WAITING_PAYMENT'), ('order', 'PENDING', 'PROCESSING'),
  ('order', 'PENDING', 'EXPIRED'), ('order', 'PENDING', 'CANCELLED'),
  ('order', 'WAITING_PAYMENT', 'PROCESSING'), ('order', 'WAITING_PAYMENT', 'EXPIRED'),
  ('order', 'WAITING_PAYMENT', 'CANCELLED'),
  ('order', 'EXPIRED', 'PROCESSING'),
  ('order', 'PROCESSING', 'SUCCESS'), ('order', 'PROCESSING', 'PARTIAL'), ('order', 'PROCESSING', 'FAILED'),
  ('order', 'FAILED', 'REFUNDED'),
  ('line', 'WAITING', 'PROCESSING'), ('line', 'WAITING', 'CANCELLED'), ('line', 'CANCELLED', 'WAITING'),
  ('line', 'PROCESSING', 'DELIVERED'), ('line', 'PROCESSING', 'FAILED'), ('line', 'FAILED', 'REFUNDED');
