// Where the time of a server goes, from samples of its main thread: each sample is put to the first file on its stack, from the top, that has a cause. What
// a library or Node does is so put to whoever called it.

/** @type {readonly (readonly [string, RegExp])[]} the first that fits decides. */
const CAUSES = [
  ['sealing', /packages\/server\/dist\/adapters\/redis\/seal(?:ed-body)?\.js$/],
  ['Redis: scripts and keys of ours', /packages\/server\/dist\/adapters\/redis\//],
  ['Redis: the client', /node_modules\/(?:ioredis|@ioredis|denque|redis-parser|redis-errors|cluster-key-slot|standard-as-callback)\//],
  ['store in memory', /packages\/core\/dist\/memory\//],
  ['token', /packages\/core\/dist\/token\//],
  ['engine: keyed digests and codes', /packages\/core\/dist\/engine\/(?:digests|derived-codes|decoy)\.js$/],
  ['engine: reading and writing snapshots', /packages\/core\/dist\/engine\/encoding\.js$/],
  ['engine, machine and steps', /packages\/(?:core|steps)\/dist\//],
  ['validation', /node_modules\/(?:ajv|fast-uri|fast-deep-equal)\//],
  ['mail: texts', /packages\/server\/dist\/(?:delivery|adapters\/mail)\/|node_modules\/liquidjs\//],
  [
    'log and audit',
    /packages\/server\/dist\/(?:adapters\/log|observe)\/|node_modules\/(?:pino|sonic-boom|pino-std-serializers|atomic-sleep|quick-format-unescaped)\//,
  ],
  ['password rules', /packages\/server\/dist\/adapters\/passwords\//],
  ['dialect', /packages\/server\/dist\/dialects?\//],
  ['HTTP: edge of ours', /packages\/server\/dist\/http\//],
  [
    'HTTP: Koa and router',
    /node_modules\/(?:koa|@koa|koa-compose|path-to-regexp|on-finished|content-type|content-disposition|mime-types|type-is|accepts|http-errors|statuses|vary|destroy|depd|delegates|cookies|fresh|negotiator|parseurl|encodeurl|escape-html|http-assert|keygrip|tsscmp)\//,
  ],
  ['directory of the bench', /bench\/steps\/cheap-directory\.mjs$/],
  ['HTTP: Node', /^node:(?:_http|internal\/http|http)/],
  ['Node: sockets and streams', /^node:(?:net|stream|internal\/streams|internal\/stream_base)/],
  ['Node: event loop, timers, promises', /^node:/],
]
const NATIVE = { '(garbage collector)': 'garbage collection', '(program)': 'Node: native, and system calls' }

/** @returns {{ cause: string, share: number }[]} parts of the time that was not idle; they add up to 1. */
export function causesOf({ nodes, samples, timeDeltas }) {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parentOf = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])))
  const known = new Map()
  const causeOf = (id) => {
    if (known.has(id)) return known.get(id)
    const found = placed(byId, parentOf, id)
    known.set(id, found)
    return found
  }
  const times = new Map()
  let whole = 0
  for (const [at, id] of samples.entries()) {
    const cause = causeOf(id)
    if (cause === undefined) continue
    // A sample stands for the time up to the next one.
    const time = timeDeltas[at + 1] ?? 0
    whole += time
    times.set(cause, (times.get(cause) ?? 0) + time)
  }
  return [...times].map(([cause, time]) => ({ cause, share: time / whole })).toSorted((a, b) => b.share - a.share)
}

/** @returns {{ place: string, share: number }[]} functions by the time in themselves, the most first. */
export function placesOf({ nodes, samples, timeDeltas }, most) {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const times = new Map()
  let whole = 0
  for (const [at, id] of samples.entries()) {
    const { functionName, url, lineNumber } = byId.get(id).callFrame
    if (functionName === '(idle)') continue
    const time = timeDeltas[at + 1] ?? 0
    whole += time
    const place = `${functionName || '(anonymous)'} ${url.replace(/^.*\/(?=(?:packages|node_modules|bench)\/)/, '')}${url === '' ? '' : `:${lineNumber + 1}`}`
    times.set(place, (times.get(place) ?? 0) + time)
  }
  return [...times]
    .map(([place, time]) => ({ place, share: time / whole }))
    .toSorted((a, b) => b.share - a.share)
    .slice(0, most)
}

/** @returns the cause; undefined for idleness. */
function placed(byId, parentOf, id) {
  const leaf = byId.get(id).callFrame
  if (leaf.functionName === '(idle)') return undefined
  if (leaf.url === '' && leaf.functionName in NATIVE) return NATIVE[leaf.functionName]
  let own
  for (let at = id; at !== undefined; at = parentOf.get(at)) {
    const { url, functionName } = byId.get(at).callFrame
    // Validators are compiled while the server runs, and have a name and no file.
    if (url === '' && /^validate\d+$/.test(functionName)) return 'validation'
    const cause = CAUSES.find(([, files]) => files.test(url))?.[0]
    if (cause !== undefined && !url.startsWith('node:')) return cause
    own ??= cause
  }
  return own ?? 'Node: native, and system calls'
}
