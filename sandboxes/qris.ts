/** CRC-16/CCITT-FALSE of a text as four upper-case hex digits, as tag 63 of a QRIS wants it. */
export function crc16(text: string): string {
  let crc = 0xffff
  for (const byte of Buffer.from(text, 'ascii')) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit += 1)
      crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff
  }
  return crc.toString(16).toUpperCase().padStart(4, '0')
}

/**
 * Returns a dynamic QRIS string with a valid CRC for a merchant that cannot exist: no payment app routes it.
 * @see payments.md 3.1, 3.2
 */
export function simulatedQris(amount: number, reference: string): string {
  const body = [
    tlv('00', '01'),
    tlv('01', '12'),
    tlv(
      '26',
      tlv('00', 'COM.EXAMPLE.WWW') +
        tlv('01', '936009990000000017') +
        tlv('02', 'EX0000000000001') +
        tlv('03', 'UMI'),
    ),
    tlv('51', tlv('00', 'ID.CO.QRIS.WWW') + tlv('02', 'ID1020000000001') + tlv('03', 'UMI')),
    tlv('52', '5816'),
    tlv('53', '360'),
    tlv('54', String(amount)),
    tlv('58', 'ID'),
    tlv('59', 'SIMULASI JANGAN DIBAYAR'),
    tlv('60', 'SIMULASI'),
    tlv('61', '10110'),
    tlv('62', tlv('05', reference.slice(0, 25)) + tlv('07', 'A01')),
  ].join('')
  return `${body}6304${crc16(`${body}6304`)}`
}

function tlv(tag: string, value: string): string {
  return tag + String(value.length).padStart(2, '0') + value
}
