import { expect, test } from 'vitest'
import { orderCookie, readOrderCookie } from './order-cookie.ts'

test('the cookie opens one invoice, is unreadable for scripts, and is secure where the shop is', () => {
  const cookie = orderCookie('LPK-1', 'tok', 'https://toko.example')
  expect(cookie).toBe(
    'lapak_order_LPK-1=tok; Path=/invoice/LPK-1; Max-Age=7776000; HttpOnly; SameSite=Lax; Secure',
  )
  expect(orderCookie('LPK-1', 'tok', 'http://127.0.0.1:3000')).not.toContain('Secure')
})

test('the token is found among other cookies, and only for its order', () => {
  const request = new Request('http://x/', { headers: { cookie: 'lang=en; lapak_order_LPK-1=tok' } })
  expect(readOrderCookie(request, 'LPK-1')).toBe('tok')
  expect(readOrderCookie(request, 'LPK-2')).toBeUndefined()
})
