import { writeSync } from 'node:fs'

export async function resolve(specifier, context, next) {
  const found = await next(specifier, context)
  const { parentURL } = context
  if (parentURL === undefined || found.url.startsWith('node:') || parentURL.includes('/bench/start/')) return found
  if (!parentURL.includes('/node_modules/')) writeSync(1, `${found.url}${found.url.includes('/node_modules/') ? '#direct' : ''}\n`)
  return found
}
