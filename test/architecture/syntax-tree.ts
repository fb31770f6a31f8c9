import { parseSync } from '@swc/core'
import type { SourceFile } from './source-tree.ts'

/** A node of the syntax tree with the lines and the text positions it covers (bytes, from the file's start). */
export type SyntaxNode = { type: string; start: number; end: number; raw: Record<string, unknown> }

/**
 * A function of a file. `component`: it returns JSX itself. `factory`: it returns an object of functions, as a
 * class would hold them. `suite`: it is the body of `describe` or lists tests.
 */
export type FunctionShape = {
  name: string
  line: number
  lines: number
  component: boolean
  factory: boolean
  suite: boolean
}

const FUNCTIONS = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassMethod',
  'PrivateMethod',
  'Constructor',
  'MethodProperty',
  'GetterProperty',
  'SetterProperty',
])

/** All nodes of a file, parents before children, with the chain of their parents. */
export function listNodes(file: SourceFile): { node: SyntaxNode; parents: readonly SyntaxNode[] }[] {
  // The parser counts positions on from the last file: a leading semicolon makes this file's start known.
  const tree = parseSync(`;${file.text}`, {
    syntax: 'typescript',
    tsx: file.path.endsWith('x'),
    target: 'es2024',
  })
  const base = tree.span.start + 1
  const found: { node: SyntaxNode; parents: readonly SyntaxNode[] }[] = []
  visit(tree, [], base, found)
  return found
}

/** Every function of a file with its length in lines. */
export function listFunctions(file: SourceFile): FunctionShape[] {
  const bytes = Buffer.from(file.text, 'utf8')
  const nodes = listNodes(file)
  const returnsJsx = new Set<unknown>()
  const returnsObject = new Set<unknown>()
  const listsTests = new Set<unknown>()
  for (const { node, parents } of nodes) {
    const owner = parents.findLast((parent) => FUNCTIONS.has(parent.type))
    if (owner === undefined) continue
    if (node.type.startsWith('JSX')) returnsJsx.add(owner.raw)
    if (/^(?:test|it)\b/.test(textAt(bytes, node))) listsTests.add(owner.raw)
    if (node.type === 'ReturnStatement' && returnsFunctions(node)) returnsObject.add(owner.raw)
  }
  return nodes
    .filter(({ node }) => FUNCTIONS.has(node.type))
    .map(({ node, parents }) => {
      const line = lineOf(bytes, node.start)
      return {
        name: functionName(node, parents),
        line,
        lines: lineOf(bytes, node.end) - line + 1,
        component: returnsJsx.has(node.raw),
        factory: returnsObject.has(node.raw),
        suite: listsTests.has(node.raw) || /^describe\b/.test(textAt(bytes, parents.at(-1))),
      }
    })
}

/** The line (from 1) of a byte position. */
export function lineOf(bytes: Buffer, position: number): number {
  let line = 1
  for (let at = bytes.indexOf(10); at !== -1 && at < position; at = bytes.indexOf(10, at + 1)) line += 1
  return line
}

function visit(
  value: unknown,
  parents: SyntaxNode[],
  base: number,
  found: { node: SyntaxNode; parents: readonly SyntaxNode[] }[],
): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, parents, base, found)
    return
  }
  if (!isRecord(value)) return
  const node = toNode(value, base)
  if (node !== undefined) found.push({ node, parents })
  const chain = node === undefined ? parents : [...parents, node]
  for (const [key, child] of Object.entries(value)) {
    if (key !== 'span') visit(child, chain, base, found)
  }
}

function toNode(value: Record<string, unknown>, base: number): SyntaxNode | undefined {
  const span = value['span']
  if (typeof value['type'] !== 'string' || !isRecord(span)) return undefined
  return {
    type: value['type'],
    start: Number(span['start']) - base,
    end: Number(span['end']) - base,
    raw: value,
  }
}

function textAt(bytes: Buffer, node: SyntaxNode | undefined): string {
  return node?.type === 'CallExpression' ? bytes.subarray(node.start, node.end).toString('utf8') : ''
}

function functionName(node: SyntaxNode, parents: readonly SyntaxNode[]): string {
  const parent = parents.at(-1)
  const own = textOf(node.raw['identifier']) ?? textOf(node.raw['key'])
  return own ?? textOf(parent?.raw['id']) ?? textOf(parent?.raw['key']) ?? calleeName(parent) ?? 'anonymous'
}

function returnsFunctions(node: SyntaxNode): boolean {
  const object = node.raw['argument']
  if (!isRecord(object) || object['type'] !== 'ObjectExpression' || !Array.isArray(object['properties']))
    return false
  return object['properties'].some((property) => {
    if (!isRecord(property)) return false
    const value = isRecord(property['value']) ? property['value']['type'] : undefined
    return property['type'] === 'MethodProperty' || value === 'ArrowFunctionExpression'
  })
}

function calleeName(node: SyntaxNode | undefined): string | undefined {
  return node?.type === 'CallExpression' ? textOf(node.raw['callee']) : undefined
}

function textOf(value: unknown): string | undefined {
  return isRecord(value) && typeof value['value'] === 'string' ? value['value'] : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
