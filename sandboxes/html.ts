const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Returns the text safe for HTML content and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character)
}

/** Returns whole rupiah the way people write it: `Rp15.000`. */
export function formatRupiah(amount: number): string {
  const digits = String(Math.abs(amount)).replace(/\B(?=(\d{3})+$)/g, '.')
  return `${amount < 0 ? '-' : ''}Rp${digits}`
}

/** Returns a complete page around `body`, which must already be safe HTML. */
export function htmlPage(
  title: string,
  body: string,
  options: { head?: string; language?: 'id' | 'en' } = {},
): string {
  return `<!doctype html>
<html lang="${options.language ?? 'id'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${PAGE_STYLE}</style>
${options.head ?? ''}
</head>
<body><main>${body}</main></body>
</html>`
}

const PAGE_STYLE = `
:root{--ink:#0f172a;--soft:#526077;--line:#dbe2ec;--paper:#fff;--ground:#eef2f8;--brand:#0b4fd6;--brand-ink:#fff;--bad:#b42318;--good:#067647;--warn:#8a4b00;--warn-ground:#fff4e0}
@media (prefers-color-scheme:dark){:root{--ink:#eef2f8;--soft:#a9b6cb;--line:#2b3a55;--paper:#141d30;--ground:#0b1220;--brand:#7ba7ff;--brand-ink:#0b1220;--bad:#ff9a90;--good:#6fdca4;--warn:#ffd38a;--warn-ground:#33270f}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:30rem;margin:0 auto;padding:1rem 1rem 3rem}
main.wide{max-width:60rem}
h1{font-size:1.25rem;margin:.25rem 0}
h2{font-size:1rem;margin:1.25rem 0 .5rem}
p{margin:.4rem 0}
a{color:var(--brand)}
.card{background:var(--paper);border:1px solid var(--line);border-radius:16px;padding:1.1rem;margin:0 0 1rem;box-shadow:0 1px 2px rgb(15 23 42/.06)}
.badge{display:inline-block;background:var(--warn-ground);color:var(--warn);border-radius:999px;padding:.15rem .7rem;font-size:.8rem;font-weight:600}
.amount{font-size:2rem;font-weight:700;letter-spacing:-.02em;font-variant-numeric:tabular-nums;margin:.1rem 0}
.soft{color:var(--soft);font-size:.9rem}
.code{font:600 1.35rem/1.4 ui-monospace,SFMono-Regular,Menlo,monospace;letter-spacing:.04em;overflow-wrap:anywhere}
.qr{display:block;width:min(100%,17rem);margin:.75rem auto;background:#fff;padding:.6rem;border-radius:12px;border:1px solid var(--line)}
.qr svg{display:block;width:100%;height:auto}
form{margin:0}
button,.button{display:block;width:100%;min-height:48px;padding:.75rem 1rem;margin:.5rem 0 0;border-radius:12px;border:1px solid var(--line);background:var(--paper);color:var(--ink);font:inherit;font-weight:600;text-align:center;text-decoration:none;cursor:pointer}
button.primary,.button.primary{background:var(--brand);border-color:var(--brand);color:var(--brand-ink);font-size:1.05rem}
button.bad{color:var(--bad)}
button:focus-visible,.button:focus-visible,a:focus-visible{outline:3px solid var(--brand);outline-offset:2px}
.methods{list-style:none;margin:0;padding:0}
.methods button{display:flex;justify-content:space-between;align-items:center;text-align:left}
.methods small{font-weight:400;color:var(--soft)}
.good{color:var(--good)}.bad{color:var(--bad)}
dl{display:grid;grid-template-columns:auto 1fr;gap:.3rem 1rem;margin:.5rem 0}
dt{color:var(--soft)}dd{margin:0;text-align:right;overflow-wrap:anywhere}
table{width:100%;border-collapse:collapse;font-size:.92rem}
th,td{text-align:left;padding:.45rem .5rem;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:0}
`
