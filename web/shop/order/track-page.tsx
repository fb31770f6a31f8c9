import {
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
import { OrderSheet } from './order-sheet.tsx'

export const headers = headersOfLoader

export function loader(args: LoaderFunctionArgs) {
  return loadOrder(args, args.params.token)
}

export async function action(args: ActionFunctionArgs) {
  const { app, url, page } = readPage(args)
  const form = await args.request.formData()
  const outcome = await runOrderAction({
    app,
    token: args.params.token ?? '',
    form,
    url,
    locale: page.locale,
  })
  return outcome instanceof Response ? outcome : orderPage(outcome, { status: 422 })
}

export const meta: MetaFunction<typeof loader> = ({ loaderData }) => orderHead(loaderData)

export default function TrackPage() {
  const { page, order } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  return order ? <OrderSheet {...order} answer={answer} hasHistory /> : <MissingOrder locale={page.locale} />
}
