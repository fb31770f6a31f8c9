import { parse } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import { exportText, type ExportRow } from '../../../src/http/index.ts'
import { ADMIN_TOKEN, httpUnderTest, readProblem, serverUnderTest } from './http-under-test.ts'
import { shopPort } from './shop-port.ts'

const OPERATOR = { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } }

async function textOf(rows: readonly ExportRow[], format: 'csv' | 'ndjson'): Promise<string> {
  async function* give() {
    yield* rows
  }
  let text = ''
  for await (const part of exportText(give(), format)) text += part
  return text
}

test('CSV has a header, a name and no formula', async () => {
  const response = await httpUnderTest().request('/api/exports/products', OPERATOR)
  expect(response.headers.get('content-type')).toMatch(/^text\/csv/)
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="products.csv"')
  expect(await response.text()).toBe(
    'id,name,price,active,note\nP-7,"Susu, manis",100000,true,\nP-8,\'=1+1,-5,false,+62812\n',
  )
})

test('NDJSON is exact', async () => {
  const response = await httpUnderTest().request('/api/exports/products?format=ndjson', OPERATOR)
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="products.ndjson"')
  const lines = (await response.text()).trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { id: 'P-7', name: 'Susu, manis', price: 100_000, active: true, note: null },
    { id: 'P-8', name: '=1+1', price: -5, active: false, note: '+62812' },
  ])
})

test.each([
  '=1+1',
  '+1+1',
  '-1+1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '＝1',
  '＋1',
  '－1',
  '＠A',
  '=cmd|"/c calc"!A1',
])('the formula %j is defused', async (value) => {
  const [row] = parse<{ value: string }>(await textOf([{ value }], 'csv'), { columns: true })
  expect(row?.value).toBe(`'${value}`)
})

test.each(['a=b', '+628123', '-5', 'x"y', 'two\nlines', ' lead', 'ä日本🎮', ''])(
  '%j stays as it is',
  async (value) => {
    const [row] = parse<{ value: string }>(await textOf([{ id: 1, value }], 'csv'), { columns: true })
    expect(row?.value).toBe(value)
  },
)

test('nothing to export is an empty file', async () => {
  expect(await textOf([], 'csv')).toBe('')
  expect(await textOf([], 'ndjson')).toBe('')
})

test('an unknown name tells the known ones', async () => {
  const response = await httpUnderTest().request('/api/exports/passwords', OPERATOR)
  expect(response.status).toBe(404)
  expect(await readProblem(response)).toMatchObject({ code: 'export_unknown', names: ['products'] })
  expect((await httpUnderTest().request('/api/exports/products?format=xls', OPERATOR)).status).toBe(400)
})

/** Endless rows that count how many were read. */
function endless(breakAt = Number.POSITIVE_INFINITY) {
  const seen = { rows: 0, closed: false }
  async function* rows() {
    try {
      for (;;) {
        if (seen.rows === breakAt) throw new Error('the database went away')
        seen.rows += 1
        yield { id: seen.rows, text: 'x'.repeat(1000) }
      }
    } finally {
      seen.closed = true
    }
  }
  return { seen, app: shopPort({ exports: { rows } }) }
}

describe('a large export', () => {
  test('is read no faster than it is taken, and let go when the reader leaves', async () => {
    const { seen, app } = endless()
    const response = await httpUnderTest({ app }).request('/api/exports/products', OPERATOR)
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    let bytes = 0
    while (bytes < 300_000) bytes += (await reader.read()).value?.byteLength ?? 0
    expect(seen.rows * 1000 - bytes).toBeLessThan(600_000)
    await reader.cancel()
    expect(seen.closed).toBe(true)
  })

  test('that breaks off is a broken connection, not a short file', async () => {
    const { app } = endless(5000)
    const server = await serverUnderTest({ app })
    try {
      const response = await fetch(`${server.url}/api/exports/products`, OPERATOR)
      expect(response.status).toBe(200)
      await expect(response.text()).rejects.toThrow()
    } finally {
      await server.close()
    }
  })

  test('is not begun for HEAD', async () => {
    const { seen, app } = endless()
    const response = await httpUnderTest({ app }).request('/api/exports/products', {
      ...OPERATOR,
      method: 'HEAD',
    })
    expect([response.status, seen.rows]).toEqual([200, 0])
  })
})
