/**
 * True when the address leads to this shop: a path with one leading slash, or a full address of `appUrl`.
 * Everything a browser would read as another host (`//x`, `/\x`, control characters) is not.
 */
export function isOwnAddress(address: string, appUrl: string): boolean {
  if (/[\u0000-\u0020\\]/.test(address)) return false
  const isPath = address.startsWith('/') && !address.startsWith('//')
  const isFull = address === appUrl || address.startsWith(`${appUrl}/`)
  return (isPath || isFull) && URL.canParse(address, appUrl) && new URL(address, appUrl).origin === appUrl
}
