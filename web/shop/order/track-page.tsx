import {
  useLoaderData,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from 'react-router'
import { headersOfLoader, readPage } from '../page-facts.ts'
import { loadOrder, orderHead } from './load-order.ts'
import { MissingOrder } from './missing-order.tsx'
import { runOrderAction } from './order-actions.ts'
import { OrderSheet } from './order-sheet.tsx'

export const headers = headersOfLoader

export function loader(args: LoaderFunctionArgs) {
  return loadOrder(args, args.params.token)
}

export async function action(args: ActionFunctionArgs) {
  const { app, url } = readPage(args)
  return runOrderAction(app, args.params.token ?? '', await args.request.formData(), url)
}

export const meta: MetaFunction<typeof loader> = ({ loaderData }) => orderHead(loaderData)

export default function TrackPage() {
  const { page, order } = useLoaderData<typeof loader>()
  return order ? <OrderSheet {...order} hasHistory /> : <MissingOrder locale={page.locale} />
}
