/** Side of the saved picture: sharp enough for every scanner, still a small file. */
const PICTURE_PX = 900

async function saveQr(root: HTMLElement): Promise<void> {
  const svg = root.querySelector('svg')
  if (!svg) return
  const copy = svg.cloneNode(true) as SVGElement
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  copy.setAttribute('width', String(PICTURE_PX))
  copy.setAttribute('height', String(PICTURE_PX))
  const image = new Image()
  image.src = `data:image/svg+xml,${encodeURIComponent(copy.outerHTML)}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = PICTURE_PX
  canvas.height = PICTURE_PX
  canvas.getContext('2d')?.drawImage(image, 0, 0)
  const link = document.createElement('a')
  link.download = `qris-${root.dataset.qr ?? ''}.png`
  link.href = canvas.toDataURL('image/png')
  link.click()
}

/** Saves the QR code as a picture, for paying on the phone that shows it. */
export function startQrSave(): void {
  document.addEventListener('click', (event) => {
    const button = (event.target as Element).closest('[data-qr-save]')
    const root = button?.closest<HTMLElement>('[data-qr]')
    if (root) void saveQr(root)
  })
}
