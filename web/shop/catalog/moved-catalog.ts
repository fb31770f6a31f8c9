import { redirect, type LoaderFunctionArgs } from 'react-router'

/** Addresses of earlier shops lead to today's pages, with their query kept. */
export function loader({ request, params }: LoaderFunctionArgs): Response {
  const target = params.slug ? `/products/${encodeURIComponent(params.slug)}` : '/products'
  return redirect(target + new URL(request.url).search, 301)
}
