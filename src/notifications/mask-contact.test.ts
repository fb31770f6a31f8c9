import { expect, test } from 'vitest'
import { maskContacts, maskEmail, maskPhone } from './mask-contact.ts'

test('shows enough to recognise, not enough to write to', () => {
  expect(maskEmail('ani.wijaya@mail.example')).toBe('a···@mail.example')
  expect(maskEmail('no address')).toBe('···')
  expect(maskPhone('+6281234567890')).toBe('62···90')
  expect(maskPhone('123')).toBe('···')
})

test('masks what a provider repeats', () => {
  expect(maskContacts('RCPT TO 550: no <ani@mail.example>, or 0812-3456-7890; code 131026')).toBe(
    'RCPT TO 550: no <a···@mail.example>, or 08···90; code 131026',
  )
})
