import type {
  AccountCheck,
  CategoryView,
  Service,
  ServiceCard,
  ServiceQuery,
} from './catalog/service-view.ts'
import type {
  CorrectionRefusal,
  CreatedOrder,
  FieldError,
  OrderRefusal,
  PaymentMethodOffer,
  Quote,
  QuoteRequest,
  RefundAccount,
  RenewalRefusal,
  TrackView,
} from './orders/order-view.ts'
import type { ProviderAccountImport, ProviderAccountView } from './fulfilment/invite-view.ts'
import type { SharedCredentialView } from './fulfilment/shared-stock-view.ts'
import type { SupplierView } from './fulfilment/supplier-view.ts'
import type { IncidentView } from './notifications/incidents/incident-view.ts'
import type { MessagePreview, MessageView, TemplateName } from './notifications/message-view.ts'
import type { MethodChange, MethodRefusal, MethodSetting } from './payments/method-view.ts'
import type { Acknowledgement } from './payments/ports.ts'
import type { Task, TaskRefusal } from './reports/task-view.ts'
import type {
  ConnectionView,
  DeadLetter,
  Run,
  RunChange,
  RunDetail,
  SyncRefusal,
  SyncRequest,
} from './sync/run-view.ts'
import type { FeedProductView } from './catalog/feed-view.ts'
import type { PreviewRequest, PriceChange, PriceExplanation, PricePreview } from './pricing/price-view.ts'
import type { ResellerView } from './resellers/reseller-view.ts'
import type { Blob } from './platform/blob-store.ts'
import type { StockImport } from './fulfilment/stock-import.ts'
import type { Result } from './shared/result.ts'

/** Who asks: decides what row-level security shows and which rate limits apply. */
export type Visitor = { ip: string; locale: 'id' | 'en' }

export type { SyncRefusal, SyncRequest }

/**
 * What pages and HTTP routes may ask of the domain. Built once by the composition root (`main.ts`)
 * and put into the router's load context; pages import this type only.
 */
export type App = {
  catalog: {
    /** Visible products, most popular first; `nextCursor` is null on the last page. */
    listServices(query: ServiceQuery): Promise<{ services: Service[]; nextCursor: string | null }>
    /** The same as cards, without SKUs and descriptions, with the number of all matches. */
    listCards(
      query: ServiceQuery,
    ): Promise<{ cards: ServiceCard[]; nextCursor: string | null; total: number }>
    /** The product, or undefined when it does not exist or is hidden. */
    findService(slug: string): Promise<Service | undefined>
    listCategories(): Promise<CategoryView[]>
    /** Asks the supplier for the nickname behind an account id. Never throws, never blocks a purchase. */
    checkAccount(slug: string, input: Record<string, string>, visitor: Visitor): Promise<AccountCheck>
  }
  orders: {
    /** Prices and payment methods for what would be bought; reserves nothing. */
    quote(request: QuoteRequest): Promise<Result<Quote, OrderRefusal>>
    /** Creates the order and its payment. Repeating the same key and body returns the same order. */
    create(
      request: unknown,
      idempotencyKey: string | undefined,
      visitor: Visitor,
    ): Promise<Result<CreatedOrder, OrderRefusal>>
    /** The order behind a tracking token, or undefined for unknown, expired and foreign tokens alike. */
    track(token: string): Promise<TrackView | undefined>
    /** Asks the gateway now instead of waiting for its notification; returns the fresh view. */
    refreshPayment(token: string): Promise<TrackView | undefined>
    /** The ways to pay an order that is not paid yet, as they are offered now; empty for every other. */
    paymentMethods(token: string): Promise<PaymentMethodOffer[]>
    /**
     * Opens a new payment for an unpaid or expired order, by `method` or the one it had. An open payment is ended
     * first; when that is paid in the meantime, the order goes on with it.
     */
    renewPayment(token: string, method: string | undefined): Promise<Result<TrackView, RenewalRefusal>>
    /** The QR code of an open payment as a PNG, or undefined when there is none to pay. */
    qrPicture(token: string): Promise<Buffer | undefined>
    /** Corrects what the buyer entered on a line (by its number) that is NEEDS_INPUT, and tries again. */
    correctInput(
      token: string,
      line: number,
      input: Record<string, string>,
    ): Promise<Result<TrackView, CorrectionRefusal>>
    /** Gives the money of a line that is NEEDS_INPUT back instead. */
    declineCorrection(token: string, line: number): Promise<Result<TrackView, CorrectionRefusal>>
    /** Where a person is to send the refund of this order to; may be changed until it is paid out. */
    setRefundAccount(
      token: string,
      account: RefundAccount,
    ): Promise<
      Result<
        TrackView,
        { code: 'not_found' | 'not_needed' } | { code: 'invalid_request'; errors: FieldError[] }
      >
    >
    /** Cancels an unpaid order. */
    cancel(token: string): Promise<Result<TrackView, { code: 'not_found' } | { code: 'not_cancellable' }>>
    /**
     * Resolves true once the order is, or may be, past `version`; false after `timeoutMs` or on abort, and for unknown
     * tokens. Reads nothing of the order itself: thousands of open pages wait here.
     */
    waitForChange(token: string, version: number, timeoutMs: number, signal: AbortSignal): Promise<boolean>
  }
  webhooks: {
    /**
     * Verifies and stores a gateway's or supplier's message; everything else happens later. `forged` for a
     * missing or wrong signature, `malformed` for a body that is not the provider's, `unknown_provider` otherwise.
     */
    accept(
      provider: string,
      rawBody: Buffer,
      headers: Headers,
    ): Promise<Result<Acknowledgement, { code: 'forged' | 'malformed' | 'unknown_provider' }>>
  }
  operator: {
    /** Moves every paid order that waits for fulfilment. */
    processOrders(): Promise<{ processed: number; succeeded: number; pending: number; failed: number }>
    /** Asks suppliers for the state of every open purchase, and gateways for every open payment. */
    syncStatus(): Promise<{ checked: number; updated: number; pending: number; failed: number }>
    testSupplier(supplier: string): Promise<{ ok: boolean; balance?: number; message: string }>
    /** Imports secrets into a SKU's sealed stock; one per CSV row or line. Duplicates are counted, not stored. */
    importStock(
      skuCode: string,
      csv: string,
      actor: string,
    ): Promise<Result<StockImport, { code: 'sku_unknown' | 'not_stock' | 'empty' | 'too_large' }>>
  }
  /** What waits for a person, and what a person may decide. */
  tasks: {
    /** Oldest first. */
    list(query: { limit?: number; cursor?: string }): Promise<{ tasks: Task[]; nextCursor: string | null }>
    find(id: string): Promise<Task | undefined>
    /** Carries out one of the task's actions. Repeating it changes nothing. */
    decide(
      id: string,
      decision: { action: string; values: Record<string, string> },
      by: string,
    ): Promise<Result<void, TaskRefusal>>
    /** Where the money of a refund by hand goes; that `by` looked is put on record. Undefined while nobody knows. */
    account(id: string, by: string): Promise<RefundAccount | undefined>
    /** Gives money of a paid order back, of one line or of the whole order, at most what is left of it. */
    refund(
      orderNumber: string,
      wish: { line?: number; amount?: number; reason: string },
      by: string,
    ): Promise<Result<{ amount: number }, TaskRefusal>>
  }
  methods: {
    list(): Promise<MethodSetting[]>
    change(method: string, change: MethodChange): Promise<Result<MethodSetting, MethodRefusal>>
  }
  suppliers: {
    list(): Promise<SupplierView[]>
    setLowBalance(supplier: string, rupiah: number | null): Promise<Result<void, { code: 'not_found' }>>
    pause(supplier: string, by: string): Promise<Result<void, { code: 'not_found' }>>
    /** Reads the balance, lets the supplier sell again and sends what waited. */
    resume(
      supplier: string,
      by: string,
    ): Promise<Result<{ resumed: number }, { code: 'not_found' | 'unreachable' }>>
  }
  invites: {
    accounts(): Promise<ProviderAccountView[]>
    importAccounts(
      accounts: readonly ProviderAccountImport[],
      by: string,
    ): Promise<Result<{ added: number; changed: number }, { code: 'invalid_request'; errors: string[] }>>
    setAccountState(
      id: string,
      state: 'ACTIVE' | 'PAUSED' | 'RETIRED',
      by: string,
    ): Promise<Result<void, { code: 'not_found' }>>
  }
  sharedStock: {
    /** Lets a SKU sell seats instead of units of its own, for `days` each or without end. */
    share(
      sku: string,
      days: number | null,
    ): Promise<Result<void, { code: 'sku_unknown' | 'not_stock' | 'has_units' | 'invalid_request' }>>
    list(sku: string | undefined): Promise<SharedCredentialView[]>
    add(
      sku: string,
      credential: { label: string; secret: string; seats: number; expiresAt?: string },
      by: string,
    ): Promise<
      Result<SharedCredentialView, { code: 'sku_unknown' | 'not_shared' | 'end_invalid' | 'invalid_request' }>
    >
    /** Puts a new secret in place; everybody who holds a seat sees it and is told. */
    rotate(
      id: string,
      secret: string,
      by: string,
    ): Promise<Result<{ told: number }, { code: 'not_found' | 'invalid_request' }>>
    /** Moves the end of an account, or takes it away; `outlasting` seats are sold for longer than that. */
    setEnd(
      id: string,
      expiresAt: string | null,
      by: string,
    ): Promise<Result<{ outlasting: number }, { code: 'not_found' | 'invalid_request' }>>
    setState(
      id: string,
      state: 'ACTIVE' | 'PAUSED' | 'RETIRED',
      by: string,
    ): Promise<Result<void, { code: 'not_found' }>>
  }
  messages: {
    /** Newest first. */
    list(query: {
      orderNumber?: string
      limit?: number
      cursor?: string
    }): Promise<{ messages: MessageView[]; nextCursor: string | null }>
    /** A template with made-up values; undefined for an unknown name. */
    preview(template: TemplateName, locale: 'id' | 'en'): MessagePreview | undefined
    templates(): readonly TemplateName[]
  }
  /** Troubles of the shop that open once and end by themselves. */
  incidents: {
    /** Those that are open, and the latest that are over. */
    list(): Promise<IncidentView[]>
    /** Notes that somebody takes care of it; `not_found` when it is over or unknown. */
    acknowledge(id: string, by: string): Promise<Result<void, { code: 'not_found' }>>
  }
  sync: {
    /** Asks for a run and returns at once; an equal one that is still waiting is the answer to both. */
    request(request: SyncRequest): Promise<Result<Run, SyncRefusal>>
    /** Asks for a run, works on it here together with the workers, and returns it when it ended or after `waitMs`. */
    run(request: SyncRequest, waitMs: number): Promise<Result<Run, SyncRefusal>>
    /** Works on a run until it ends or `signal` says stop; undefined for an unknown one. */
    drive(runId: string, signal: AbortSignal): Promise<RunDetail | undefined>
    findRun(runId: string): Promise<RunDetail | undefined>
    listRuns(query: {
      connection?: string
      stream?: string
      limit?: number
      cursor?: string
    }): Promise<{ runs: Run[]; nextCursor: string | null }>
    /** What a run changed, or a dry run would change, in a fixed order; undefined for a cursor nobody gave out. */
    listChanges(
      runId: string,
      query: { limit?: number; cursor?: string },
    ): Promise<{ changes: RunChange[]; nextCursor: string | null } | undefined>
    cancel(runId: string): Promise<Result<Run, { code: 'not_found' | 'already_over' }>>
    /** Lets a run that waits for approval take the missing records out of use. */
    approve(runId: string, by: string): Promise<Result<Run, { code: 'not_found' | 'nothing_to_approve' }>>
    connections(): Promise<ConnectionView[]>
    /** Holds a connection still, or lets it go on; only an operator does either. */
    setPaused(
      connection: string,
      paused: boolean,
      by: string,
    ): Promise<Result<void, { code: 'unknown_connection' }>>
    /** Changes how often a connection runs by itself; `everyMinutes` null switches it off. */
    setSchedule(
      connection: string,
      mode: 'full' | 'changes',
      everyMinutes: number | null,
    ): Promise<Result<void, { code: 'unknown_connection' | 'bad_interval' }>>
    listDeadLetters(query: {
      connection?: string
      stream?: string
      limit?: number
      cursor?: string
    }): Promise<{ deadLetters: DeadLetter[]; nextCursor: string | null }>
    /** Closes a dead letter without applying it. */
    discardDeadLetter(id: string, by: string): Promise<Result<void, { code: 'not_found' }>>
    /** Keeps a field of a record away from synchronisation, or gives it back. */
    setFieldLock(
      lock: { connection: string; stream: string; externalId: string; field: string },
      locked: boolean,
      by: string,
    ): Promise<Result<void, { code: 'not_found' | 'unknown_field' }>>
  }
  /** For operators only: every answer holds costs. */
  prices: {
    /** Changed retail prices, newest first, of one run or SKU if asked for. */
    listChanges(query: {
      runId?: string
      sku?: string
      limit?: number
      cursor?: string
    }): Promise<{ changes: PriceChange[]; nextCursor: string | null }>
    /** What a rule or new costs would do, with at most `limit` prices; nothing is written. */
    preview(
      request: PreviewRequest,
      limit: number,
    ): Promise<
      Result<
        PricePreview,
        { code: 'rule_invalid' | 'cost_invalid' | 'target_unknown' } | { code: 'sku_unknown'; skus: string[] }
      >
    >
    /** Puts the price from before a change back, as one set by hand; `floor` is the least it may be today. */
    revert(
      changeId: string,
    ): Promise<
      Result<{ sku: string; retail: number }, { code: 'not_found' } | { code: 'below_floor'; floor: number }>
    >
    /** Why a SKU costs what it costs; undefined for an unknown one and one without a price. */
    explain(sku: string): Promise<PriceExplanation | undefined>
  }
  feed: {
    listProducts(query: {
      limit?: number
      cursor?: string
    }): Promise<{ products: FeedProductView[]; nextCursor: string | null }>
    listResellers(query: {
      limit?: number
      cursor?: string
    }): Promise<{ resellers: ResellerView[]; nextCursor: string | null }>
  }
  exports: {
    /** What can be exported. */
    names(): readonly string[]
    /** Every row of it, read page by page; undefined for an unknown name. */
    rows(name: string): AsyncIterable<Record<string, string | number | boolean | null>> | undefined
  }
  media: {
    /** A mirrored picture from the local store, or undefined. */
    read(key: string): Promise<Blob | undefined>
  }
  health: {
    /** Whether the database and the queue answer; for /readyz. */
    ready(): Promise<{ database: boolean; queue: boolean }>
    /** Prometheus text. */
    metrics(): Promise<string>
  }
  shop: {
    /** The public origin, without a trailing slash; links never come from the Host header. */
    origin: string
    name: string
    /** Midtrans' browser script and public key, for paying in a popup; null when Midtrans is off. */
    snap: { scriptUrl: string; clientKey: string } | null
    supportEmail: string
    supportWhatsApp: string
  }
}
