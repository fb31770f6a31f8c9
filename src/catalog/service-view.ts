/** How a product reaches its buyer. */
export type DeliveryKind = 'STOCK' | 'INVITE' | 'SUPPLIER'

/** One thing the buyer must enter for a product. `pattern` is an anchored regular expression source. */
export type InputField = {
  name: string
  label: string
  labelEn?: string
  type: 'text' | 'digits' | 'email' | 'phone' | 'select'
  required: boolean
  pattern?: string
  minLength?: number
  maxLength?: number
  options?: { value: string; label: string }[]
  help?: string
  helpEn?: string
}

/** One SKU as a buyer sees it. `price` is in whole rupiah; `group` clusters tiles ("Diamonds", "Pass"). */
export type ServiceSku = {
  sku: string
  name: string
  price: number
  available: boolean
  group?: string
  /** Remaining units of a STOCK SKU when few are left, else absent. */
  stockHint?: number
}

/** One product with its SKUs, as the public API and the pages show it. Never holds a cost. */
export type Service = {
  id: string
  slug: string
  name: string
  publisher?: string
  category: { slug: string; name: string }
  deliveryKind: DeliveryKind
  imageUrl: string
  description: string
  descriptionEn?: string
  notice: string | null
  noticeEn?: string | null
  inputFields: InputField[]
  nicknameCheck: boolean
  products: ServiceSku[]
}

/** One row of a product list: enough for a card. `fromPrice` is the cheapest available SKU, null if none. */
export type ServiceCard = Pick<
  Service,
  'id' | 'slug' | 'name' | 'publisher' | 'category' | 'deliveryKind' | 'imageUrl'
> & {
  fromPrice: number | null
  available: boolean
}

/** A category with the number of visible products in it and the ways they are delivered. */
export type CategoryView = {
  slug: string
  name: string
  nameEn: string
  products: number
  kinds: DeliveryKind[]
}

/** What was asked of a product list. `cursor` comes from the previous answer. */
export type ServiceQuery = {
  category?: string
  type?: DeliveryKind
  q?: string
  limit?: number
  cursor?: string
}

/** The answer of the account-id check. `valid: null` means it could not be checked; buying stays possible. */
export type AccountCheck =
  | { valid: true; nickname: string; region?: string }
  | { valid: false; message: string }
  | { valid: null; message: string }
