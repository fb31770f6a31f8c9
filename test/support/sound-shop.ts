/** Ids of the rows of SOUND_SHOP, for planting mistakes in it. */
export const IDS = {
  order: '00000000-0000-7000-8000-000000000001',
  line: '00000000-0000-7000-8000-000000000002',
  payment: '00000000-0000-7000-8000-000000000003',
  unit: '00000000-0000-7000-8000-000000000004',
  delivery: '00000000-0000-7000-8000-000000000005',
  refundedOrder: '00000000-0000-7000-8000-000000000011',
  refundedLine: '00000000-0000-7000-8000-000000000012',
  refundedPayment: '00000000-0000-7000-8000-000000000013',
  purchase: '00000000-0000-7000-8000-000000000014',
  refund: '00000000-0000-7000-8000-000000000015',
  lateOrder: '00000000-0000-7000-8000-000000000021',
  latePayment: '00000000-0000-7000-8000-000000000023',
  freeUnit: '00000000-0000-7000-8000-000000000031',
  sku: '00000000-0000-7000-8000-0000000000a1',
  product: '00000000-0000-7000-8000-0000000000a2',
  category: '00000000-0000-7000-8000-0000000000a3',
  batch: '00000000-0000-7000-8000-0000000000a4',
  offer: '00000000-0000-7000-8000-0000000000a5',
} as const

const order = (id: string, state: string, sign: string, paid: boolean): string => `
insert into orders (id, number, token_hash, state, customer_name, customer_email, customer_phone, subtotal, total,
    payment_method, expires_at, paid_at)
  values ('${id}', 'LP-${sign}', sha256('${sign}'), '${state}', 'Budi', 'budi@example.test', '0812', 5000, 5000,
    'midtrans', now(), ${paid ? 'now()' : 'null'});`

const line = (id: string, orderId: string, state: string, kind: string): string => `
insert into order_lines (id, order_id, position, sku_id, product_id, sku_code, sku_name, product_name, product_slug,
    delivery_kind, quantity, unit_price, total, state)
  values ('${id}', '${orderId}', 1, '${IDS.sku}', '${IDS.product}', 'A', 'A', 'A', 'a', '${kind}', 1, 5000, 5000, '${state}');`

const moves = (table: string, columns: string, keys: string, states: string[], actor = ", 'test'"): string =>
  states
    .slice(1)
    .map(
      (state, index) => `
insert into ${table} (id, ${columns}, from_state, to_state${actor === '' ? '' : ', actor'})
  values (gen_random_uuid(), ${keys}, '${states[index]}', '${state}'${actor});`,
    )
    .join('')

const orderMoves = (id: string, ...states: string[]): string =>
  moves('order_history', 'order_id', `'${id}'`, ['NEW', 'PENDING', 'WAITING_PAYMENT', ...states])

const lineMoves = (orderId: string, id: string, ...states: string[]): string =>
  moves('order_history', 'order_id, line_id', `'${orderId}', '${id}'`, ['WAITING', ...states])

const payment = (id: string, orderId: string, state: string, bookedTo: string, refunded: number): string => `
insert into payments (id, order_id, gateway, method, reference, amount, state, booked_to, gateway_transaction_id, received,
    refunded, expires_at, paid_at)
  values ('${id}', '${orderId}', 'midtrans', 'midtrans', '${id}', 5000, '${state}', '${bookedTo}', 'T-${id}', 5000, ${refunded}, now(), now());`

const paymentMoves = (id: string, ...states: string[]): string =>
  moves('payment_history', 'payment_id', `'${id}'`, ['NEW', 'CREATING', 'PENDING', 'PAID', ...states])

const journal = (key: string, kind: string, debit: string, credit: string): string => `
select post_journal(gen_random_uuid(), '${key}', '${kind}', null, '[{"debit": "${debit}", "credit": "${credit}", "amount": 5000}]');`

const CATALOGUE = `
insert into categories (id, slug, name, name_en) values ('${IDS.category}', 'games', 'Games', 'Games');
insert into products (id, slug, name, category_id, delivery_kind, image_url)
  values ('${IDS.product}', 'a', 'A', '${IDS.category}', 'STOCK', 'a.svg');
insert into skus (id, product_id, code, name) values ('${IDS.sku}', '${IDS.product}', 'A', 'A');
insert into sku_prices (sku_id, retail, cost, floor) values ('${IDS.sku}', 5000, 4000, 4000);
insert into supplier_offers (id, supplier, code, family, name, display_name, cost, available, content_hash)
  values ('${IDS.offer}', 'vip-reseller', 'A', 'A', 'A', 'A', 4000, true, '');
insert into stock_batches (id, sku_id, label, actor) values ('${IDS.batch}', '${IDS.sku}', 'test', 'test');
insert into stock_units (id, sku_id, batch_id, fingerprint, sealed, key_id)
  values ('${IDS.freeUnit}', '${IDS.sku}', '${IDS.batch}', 'free', 'x', 'k');`

const DELIVERED =
  order(IDS.order, 'SUCCESS', 'A', true) +
  line(IDS.line, IDS.order, 'DELIVERED', 'STOCK') +
  orderMoves(IDS.order, 'PROCESSING', 'SUCCESS') +
  lineMoves(IDS.order, IDS.line, 'PROCESSING', 'DELIVERED') +
  payment(IDS.payment, IDS.order, 'PAID', 'order', 0) +
  paymentMoves(IDS.payment) +
  journal(`payment:${IDS.payment}:received`, 'payment.received', 'gateway:midtrans', 'orders:unearned') +
  journal(`line:${IDS.line}:delivered`, 'line.delivered', 'orders:unearned', 'sales') +
  `
insert into idempotency_keys (scope, key, fingerprint, resource_id) values ('orders.create', 'key-of-the-first-order', sha256('A'), '${IDS.order}');
insert into stock_units (id, sku_id, batch_id, state, line_id, fingerprint, sealed, key_id, sold_at)
  values ('${IDS.unit}', '${IDS.sku}', '${IDS.batch}', 'SOLD', '${IDS.line}', 'sold', 'x', 'k', now());
insert into deliveries (id, line_id, slot, kind, stock_unit_id) values ('${IDS.delivery}', '${IDS.line}', 1, 'CODE', '${IDS.unit}');`

const REFUNDED =
  order(IDS.refundedOrder, 'REFUNDED', 'B', true) +
  line(IDS.refundedLine, IDS.refundedOrder, 'REFUNDED', 'SUPPLIER') +
  orderMoves(IDS.refundedOrder, 'PROCESSING', 'FAILED', 'REFUNDED') +
  lineMoves(IDS.refundedOrder, IDS.refundedLine, 'PROCESSING', 'FAILED', 'REFUNDED') +
  payment(IDS.refundedPayment, IDS.refundedOrder, 'REFUNDED', 'order', 5000) +
  paymentMoves(IDS.refundedPayment, 'REFUNDED') +
  journal(
    `payment:${IDS.refundedPayment}:received`,
    'payment.received',
    'gateway:midtrans',
    'orders:unearned',
  ) +
  journal(
    `refund:line:${IDS.refundedLine}:requested`,
    'refund.requested',
    'orders:unearned',
    'refunds:payable',
  ) +
  journal(`refund:line:${IDS.refundedLine}:done`, 'refund.done', 'refunds:payable', 'gateway:midtrans') +
  `
insert into refunds (id, payment_id, order_id, line_id, business_key, refund_key, amount, reason, state)
  values ('${IDS.refund}', '${IDS.refundedPayment}', '${IDS.refundedOrder}', '${IDS.refundedLine}', 'line:${IDS.refundedLine}', 'r1', 5000, 'supplier_failed', 'DONE');
insert into supplier_purchases (id, line_id, slot, supplier, offer_id, service_code, expected_name, target_no, expected_cost, state)
  values ('${IDS.purchase}', '${IDS.refundedLine}', 1, 'vip-reseller', '${IDS.offer}', 'A', 'A', '1', 4000, 'FAILED');` +
  moves('purchase_history', 'purchase_id', `'${IDS.purchase}'`, ['NEW', 'INTENT', 'IN_FLIGHT', 'FAILED'], '')

const LATE =
  order(IDS.lateOrder, 'EXPIRED', 'C', false) +
  line('00000000-0000-7000-8000-000000000022', IDS.lateOrder, 'CANCELLED', 'STOCK') +
  orderMoves(IDS.lateOrder, 'EXPIRED') +
  lineMoves(IDS.lateOrder, '00000000-0000-7000-8000-000000000022', 'CANCELLED') +
  payment(IDS.latePayment, IDS.lateOrder, 'PAID', 'suspense', 0) +
  paymentMoves(IDS.latePayment) +
  journal(`payment:${IDS.latePayment}:received`, 'payment.received', 'gateway:midtrans', 'suspense') +
  `
insert into payment_exceptions (id, payment_id, kind, amount, detail) values (gen_random_uuid(), '${IDS.latePayment}', 'late', 5000, 'paid after expiry');`

/** SQL that makes a small shop by the rules: one order delivered, one refunded, one paid after its expiry. */
export const SOUND_SHOP = CATALOGUE + DELIVERED + REFUNDED + LATE
