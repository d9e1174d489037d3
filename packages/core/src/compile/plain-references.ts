import { quote } from '../diagnostics/quote.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { Properties } from '../step/schema.js'
import type { MapNode, ScalarNode, SyntaxNode } from '../syntax/node.js'

const REFERENCE = /\$\{[^{}]*\}/

/**
 * Reports references in settings that are no secrets. Nothing would be put in their place: only secrets are read from the environment, in
 * each process anew, because everything else is part of the machine.
 * @returns whether there was one.
 */
export function reportReferences(reporter: Reporter, settings: MapNode, properties: Properties): boolean {
  const plain = settings.entries.filter(({ key }) => properties[key]?.secret !== true)
  const found = plain.flatMap(({ key, value }) => textsIn(value).map((scalar) => ({ key, scalar })))
  for (const { key, scalar } of found) {
    const text = String(scalar.value)
    const reference = REFERENCE.exec(text)?.[0] ?? text
    const ofInput = reference.startsWith('${inputs.')
    const { from = { reporter, span: scalar.span } } = scalar
    from.reporter.report(
      'reference-in-setting',
      from.span,
      `${quote(key)} is no secret, and nothing is put in the place of ${quote(reference)}`,
      {
        label: 'taken word for word',
        help: ofInput
          ? 'an input stands for a whole setting, not for a part of one'
          : 'write the value out; only settings that are secrets name an environment variable',
      },
    )
  }
  return found.length > 0
}

function textsIn(node: SyntaxNode): readonly ScalarNode[] {
  if (node.is === 'map') return node.entries.flatMap(({ value }) => textsIn(value))
  if (node.is === 'list') return node.items.flatMap(textsIn)
  return node.is === 'scalar' && typeof node.value === 'string' && REFERENCE.test(node.value) ? [node] : []
}
