import {
  data,
  useActionData,
  useLoaderData,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from 'react-router'
import { headersOfLoader, orderPage, readPage } from '../page-facts.ts'
import { loadOrder, orderHead } from './load-order.ts'
import { MissingOrder } from './missing-order.tsx'
import { runOrderAction } from './order-actions.ts'
import { readOrderCookie } from './order-cookie.ts'
import { OrderSheet } from './order-sheet.tsx'

export const headers = headersOfLoader

function readToken({ request, params }: LoaderFunctionArgs): string | undefined {
  const fromAddress = new URL(request.url).searchParams.get('t')
  return fromAddress ?? readOrderCookie(request, params.orderNumber ?? '')
}

export function loader(args: LoaderFunctionArgs) {
  return loadOrder(args, readToken(args), args.params.orderNumber)
}

export async function action(args: ActionFunctionArgs) {
  const token = readToken(args)
  if (!token) throw data(null, { status: 404 })
  const { app, url, page } = readPage(args)
  const form = await args.request.formData()
  const outcome = await runOrderAction({ app, token, form, url, locale: page.locale })
  return outcome instanceof Response ? outcome : orderPage(outcome, { status: 422 })
}

export const meta: MetaFunction<typeof loader> = ({ loaderData }) => orderHead(loaderData)

export default function InvoicePage() {
  const { page, order } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  return order ? <OrderSheet {...order} answer={answer} /> : <MissingOrder locale={page.locale} />
}
