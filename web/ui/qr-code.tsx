import { encode } from 'uqr'

/** Modules of white around the code; the QR standard asks for four. */
const QUIET_ZONE = 4

/** The dark modules as one SVG path, merging neighbours of a row into one run. */
export function qrPath(rows: readonly (readonly boolean[])[]): string {
  let path = ''
  rows.forEach((row, y) => {
    let x = 0
    while (x < row.length) {
      const start = x
      while (row[x]) x += 1
      if (x > start) path += `M${start} ${y}h${x - start}v1h-${x - start}z`
      x += 1
    }
  })
  return path
}

/** A QR code drawn on the server, black on white with its quiet zone. `label` is read instead of the picture. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const code = encode(text, { border: QUIET_ZONE, ecc: 'M' })
  return (
    <div className="qr">
      <svg
        viewBox={`0 0 ${code.size} ${code.size}`}
        role="img"
        aria-label={label}
        shapeRendering="crispEdges"
      >
        <rect width={code.size} height={code.size} fill="#fff" />
        <path d={qrPath(code.data)} fill="#000" />
      </svg>
    </div>
  )
}
