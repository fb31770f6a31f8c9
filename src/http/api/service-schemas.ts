import { z } from '@hono/zod-openapi'
import type { Service } from '../../catalog/service-view.ts'

/** Products per page when none is asked for, and at most. */
export const DEFAULT_PAGE = 20
export const MAX_PAGE = 100

/** Longest search text worth looking for. */
const MAX_SEARCH = 100

/** Longest cursor: an encoded position in the list. */
export const MAX_CURSOR = 512

/** A name as it stands in addresses. */
export const SlugText = z.string().regex(/^[a-z0-9][a-z0-9-]{0,99}$/)

const DeliveryKindName = z.enum(['STOCK', 'INVITE', 'SUPPLIER'])

export const ServiceListQuery = z.object({
  category: SlugText.optional().openapi({ example: 'game' }),
  type: DeliveryKindName.optional(),
  q: z
    .string()
    .max(MAX_SEARCH)
    .optional()
    .openapi({ description: 'Words of the product name', example: 'mobile' }),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(DEFAULT_PAGE),
  cursor: z
    .string()
    .min(1)
    .max(MAX_CURSOR)
    .optional()
    .openapi({ description: '`nextCursor` of the page before' }),
})

export const SlugParams = z.object({ slug: SlugText.openapi({ example: 'mobile-legends' }) })

export const InputFieldModel = z
  .object({
    name: z.string(),
    label: z.string(),
    labelEn: z.string().optional(),
    type: z.enum(['text', 'digits', 'email', 'phone', 'select']),
    required: z.boolean(),
    pattern: z.string().optional().openapi({ description: 'Anchored regular expression' }),
    minLength: z.int().optional(),
    maxLength: z.int().optional(),
    options: z.array(z.object({ value: z.string(), label: z.string() })).optional(),
    help: z.string().optional(),
    helpEn: z.string().optional(),
  })
  .openapi('InputField')

const ServiceSkuModel = z
  .object({
    sku: z.string(),
    name: z.string(),
    price: z.int().openapi({ description: 'Whole rupiah', example: 20500 }),
    available: z.boolean(),
    group: z.string().optional(),
    stockHint: z.int().optional().openapi({ description: 'Units left, when few are' }),
  })
  .openapi('ServiceSku')

/** A product with its SKUs. */
export const ServiceModel = z
  .object({
    id: z.string(),
    slug: z.string(),
    name: z.string(),
    publisher: z.string().optional(),
    category: z.object({ slug: z.string(), name: z.string() }),
    deliveryKind: DeliveryKindName,
    imageUrl: z.string(),
    description: z.string(),
    descriptionEn: z.string().optional(),
    notice: z.string().nullable(),
    noticeEn: z.string().nullable().optional(),
    inputFields: z.array(InputFieldModel),
    nicknameCheck: z.boolean(),
    products: z.array(ServiceSkuModel),
  })
  .openapi('Service')

export const ServiceListModel = z
  .object({ services: z.array(ServiceModel), nextCursor: z.string().nullable() })
  .openapi('ServiceList')

/** Most fields a product asks for, and the longest value of one. */
const MAX_INPUTS = 20
const MAX_INPUT_LENGTH = 500

/** What the buyer entered, by field name. */
export const BuyerInput = z
  .record(z.string().min(1).max(64), z.string().max(MAX_INPUT_LENGTH))
  .refine((input) => Object.keys(input).length <= MAX_INPUTS)

export const NicknameBody = z
  .strictObject({ service: SlugText, input: BuyerInput })
  .openapi('NicknameRequest')

export const NicknameModel = z
  .union([
    z.object({ valid: z.literal(true), nickname: z.string(), region: z.string().optional() }),
    z.object({ valid: z.literal(false), message: z.string() }),
    z.object({ valid: z.null(), message: z.string() }),
  ])
  .openapi('NicknameResult')

/** An example product, shown in the documentation. */
export const EXAMPLE_SERVICE: Service = {
  id: '0199b7a4-7c1e-7d11-8a51-3f6f4c1d2b90',
  slug: 'mobile-legends',
  name: 'Mobile Legends',
  publisher: 'Moonton',
  category: { slug: 'game', name: 'Game' },
  deliveryKind: 'SUPPLIER',
  imageUrl: '/art/mobile-legends.svg',
  description: 'Diamond masuk otomatis setelah pembayaran.',
  notice: null,
  inputFields: [
    { name: 'user_id', label: 'User ID', type: 'digits', required: true, pattern: '^[0-9]{5,12}$' },
    { name: 'zone_id', label: 'Zone ID', type: 'digits', required: true, pattern: '^[0-9]{3,6}$' },
  ],
  nicknameCheck: true,
  products: [{ sku: 'ML-86', name: '86 Diamonds', price: 20500, available: true, group: 'Diamonds' }],
}
