// Draws /api/openapi.json as a page on which every operation can be tried. No library, no other host.

/** Makes an element; text is always set as text, never as markup. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...children)
  return element
}

/** Follows a `$ref` one step into the document. */
function resolve(spec, node) {
  if (!node || !node.$ref) return node
  return node.$ref
    .slice(2)
    .split('/')
    .reduce((place, step) => place?.[step], spec)
}

/** A schema with its references written out, so far as they do not repeat. */
function expand(spec, schema, seen = []) {
  if (!schema || typeof schema !== 'object') return schema
  if (schema.$ref) {
    if (seen.includes(schema.$ref)) return { note: `again ${schema.$ref}` }
    return expand(spec, resolve(spec, schema), [...seen, schema.$ref])
  }
  if (Array.isArray(schema)) return schema.map((part) => expand(spec, part, seen))
  return Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, expand(spec, part, seen)]))
}

function parametersTable(operation) {
  const rows = (operation.parameters ?? []).map((parameter) => {
    const input = make('input', {
      name: parameter.name,
      'data-in': parameter.in,
      'aria-label': parameter.name,
    })
    const preset = parameter.example ?? parameter.schema?.example ?? parameter.schema?.const
    if (preset !== undefined) input.value = preset
    if (parameter.name === 'Idempotency-Key') input.value = crypto.randomUUID()
    const name = make('td', {}, make('code', {}, parameter.name), parameter.required ? ' *' : '')
    return make(
      'tr',
      {},
      name,
      make('td', {}, parameter.in),
      make('td', {}, input),
      make('td', {}, parameter.description ?? parameter.schema?.description ?? ''),
    )
  })
  return rows.length === 0 ? '' : make('table', {}, ...rows)
}

function bodyEditor(spec, operation) {
  const content = operation.requestBody?.content ?? {}
  const type = Object.keys(content)[0]
  if (!type) return ''
  const media = content[type]
  const editor = make('textarea', {
    'data-type': type === '*/*' ? 'application/json' : type,
    'aria-label': 'Body',
    spellcheck: 'false',
  })
  if (media.example) editor.value = JSON.stringify(media.example, null, 2)
  const details = make(
    'details',
    {},
    make('summary', {}, 'Schema'),
    make('pre', {}, JSON.stringify(expand(spec, media.schema), null, 2)),
  )
  return make('div', {}, make('h3', {}, `Body (${Object.keys(content).join(', ')})`), editor, details)
}

function answersList(spec, operation) {
  const entries = Object.entries(operation.responses).map(([status, answer]) => {
    const media = Object.values(answer.content ?? {})[0]
    const parts = [make('summary', {}, make('strong', {}, status), ` ${answer.description}`)]
    if (media?.example) parts.push(make('pre', {}, JSON.stringify(media.example, null, 2)))
    if (media?.schema) parts.push(make('pre', {}, JSON.stringify(expand(spec, media.schema), null, 2)))
    return make('details', {}, ...parts)
  })
  return make('div', {}, make('h3', {}, 'Answers'), ...entries)
}

/** Sends what the section's fields say and shows the answer. */
async function tryOut(section, method, path, output) {
  const headers = {}
  const query = new URLSearchParams()
  let address = path
  for (const input of section.querySelectorAll('input[data-in]')) {
    if (input.dataset.in === 'path')
      address = address.replace(`{${input.name}}`, encodeURIComponent(input.value))
    else if (input.value !== '' && input.dataset.in === 'query') query.set(input.name, input.value)
    else if (input.value !== '') headers[input.name] = input.value
  }
  const token = document.querySelector('#token').value
  if (token !== '') headers.authorization = `Bearer ${token}`
  const editor = section.querySelector('textarea')
  if (editor) headers['content-type'] = editor.dataset.type
  const started = performance.now()
  const target = query.size > 0 ? `${address}?${query}` : address
  const response = await window.fetch(target, {
    method: method.toUpperCase(),
    headers,
    body: editor ? editor.value : undefined,
  })
  const text = await response.text()
  const shown = (response.headers.get('content-type') ?? '').includes('json')
    ? JSON.stringify(JSON.parse(text), null, 2)
    : text
  output.hidden = false
  output.textContent = `${response.status} in ${Math.round(performance.now() - started)} ms\n\n${shown}`
}

function operationSection(spec, path, method, operation) {
  const output = make('pre', { hidden: '', tabindex: '0', 'aria-live': 'polite' })
  const button = make('button', { type: 'button' }, 'Try it')
  const title = make(
    'h2',
    {},
    make('span', { class: `method ${method}` }, method.toUpperCase()),
    ' ',
    make('code', {}, path),
  )
  const section = make(
    'section',
    { id: operation.operationId },
    title,
    make('p', {}, operation.summary ?? ''),
  )
  if (operation.description) section.append(make('p', {}, operation.description))
  if (operation.security)
    section.append(make('p', {}, 'Needs the operator token or, where named, the cron key.'))
  section.append(parametersTable(operation), bodyEditor(spec, operation), answersList(spec, operation))
  if (!path.endsWith('/events')) section.append(make('p', {}, button), output)
  button.addEventListener('click', () => {
    tryOut(section, method, path, output).catch((error) => {
      output.hidden = false
      output.textContent = String(error)
    })
  })
  return section
}

async function draw() {
  const spec = await (await window.fetch('/api/openapi.json')).json()
  const operations = Object.entries(spec.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const index = document.querySelector('#index')
  for (const { name } of spec.tags) {
    index.append(make('h3', {}, name))
    for (const { path, method, operation } of operations.filter((entry) =>
      entry.operation.tags?.includes(name),
    )) {
      index.append(make('a', { href: `#${operation.operationId}` }, `${method.toUpperCase()} ${path}`))
    }
  }
  const sections = operations.map(({ path, method, operation }) =>
    operationSection(spec, path, method, operation),
  )
  document.querySelector('#about').prepend(`${spec.info.description} `)
  document.querySelector('#operations').replaceChildren(...sections)
}

draw().catch((error) => {
  document.querySelector('#operations').textContent = `The reference could not be drawn: ${error}`
})
